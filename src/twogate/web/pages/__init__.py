"""The pages people see: signing in, stepping up, setting up factors, looking after an account."""

from twogate.web.pages.router import router

__all__ = ["router"]
