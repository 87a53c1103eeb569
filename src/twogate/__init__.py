"""Twogate: a second factor in front of any HTTP API, without changing the API."""

__version__ = "0.1.0"

__all__ = ["__version__"]
