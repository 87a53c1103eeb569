"""What a database can answer beside data: a lost race, or silence.

Decides into which of the two every driver's error falls. What the caller does about it is for ``services``.

    Exception
    ├── Conflict          somebody else was faster, or the name is taken: read again and decide again
    ├── StoreUnavailable  no answer, locked too long, disk full, gone: answer 503
    └── StoreBroken       not our database, or a value under another master key: a person must look
"""

from sqlalchemy.exc import DBAPIError, IntegrityError

_LOST_RACES = ("40001", "40P01")  # PostgreSQL appendix A: serialization_failure, deadlock_detected
_NOT_OURS = ("malformed", "not a database")


class Conflict(Exception):  # noqa: N818  # an answer to be handled, not a fault
    """A compare-and-set found another version, or a unique name is taken. Nothing was written."""


class StoreUnavailable(Exception):  # noqa: N818  # likewise
    """The database does not answer, is locked too long, or its disk is full. Nothing was written."""


class StoreBroken(StoreUnavailable):
    """The database holds what this program cannot read: a damaged file, a newer schema, another master key."""


def translate(error: Exception) -> Conflict | StoreUnavailable:
    """Return what a driver's error means to the caller."""
    if isinstance(error, IntegrityError):
        return Conflict("the row is taken, or refers to something that is gone")
    reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST_RACES:
        return Conflict("another transaction was faster")
    first_line = reason.strip().partition("\n")[0] or type(error).__name__
    if any(word in reason for word in _NOT_OURS):
        return StoreBroken(f"the database file is damaged or not a database: {first_line}")
    return StoreUnavailable(f"the database does not answer: {first_line}")
