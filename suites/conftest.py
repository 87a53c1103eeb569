"""Fixtures that every suite may ask for by name."""

from suites.browser import chromium, open_page

__all__ = ["chromium", "open_page"]
