"""What the walk takes from the tests: a migrated database without rows."""

from tests.conftest import sqlite_template

__all__ = ["sqlite_template"]
