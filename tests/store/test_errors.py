"""What a driver's error means."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from twogate.store.errors import Conflict, StoreBroken, StoreUnavailable, translate


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (IntegrityError("", None, sqlite3.IntegrityError("FOREIGN KEY constraint failed")), Conflict),
        (OperationalError("", None, psycopg.errors.DeadlockDetected("deadlock")), Conflict),
        (OperationalError("", None, psycopg.errors.SerializationFailure("serialize")), Conflict),
        (OperationalError("", None, sqlite3.OperationalError("database is locked")), StoreUnavailable),
        (OperationalError("", None, sqlite3.OperationalError("database or disk is full")), StoreUnavailable),
        (DatabaseError("", None, sqlite3.DatabaseError("file is not a database")), StoreBroken),
        (DatabaseError("", None, sqlite3.DatabaseError("database disk image is malformed")), StoreBroken),
        (PoolTimeoutError("no connection"), StoreUnavailable),
    ],
)
def test_each_error_has_one_meaning(error: Exception, kind: type[Exception]) -> None:
    """A lost race is told from a database that does not answer, and from one that cannot be read."""
    assert type(translate(error)) is kind


def test_the_sentence_is_one_line_without_the_statement() -> None:
    """Neither SQL nor its parameters, which may be secrets, reach a message."""
    error = OperationalError("INSERT secret", {"x": "secret"}, sqlite3.OperationalError("disk is full\nmore"))
    assert str(translate(error)) == "the database does not answer: disk is full"
