"""The clock, randomness, and the folder of this person: the only doors of this package to the machine it runs on.

Decides nothing. Everything else is told the time, so that tests can say what it is.
"""

import os
import secrets
import sys
import time
from pathlib import Path


def now() -> float:
    """Seconds since 1970, by this machine's clock."""
    return time.time()  # noqa: TID251  # this package knows nothing of the server's ports


def random_text() -> str:
    """256 bits that nobody guesses, as text for a URL."""
    return secrets.token_urlsafe(32)  # noqa: TID251  # likewise


def folder() -> Path:
    """Where a program keeps a person's data (XDG Base Directory; Application Support on a Mac)."""
    told = os.environ.get("TWOGATE_CLIENT_HOME")
    if told:
        return Path(told)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "twogate"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "twogate"
