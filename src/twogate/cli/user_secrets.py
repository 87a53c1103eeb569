"""Secrets that pass through the terminal: a password from standard input, a QR code on the screen.

Decides how much is read and how a secret is drawn.
"""

import io
import sys
from typing import BinaryIO

import segno

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.terms.secret import Secret

_LONGEST = 4_096


def read_password(stream: BinaryIO) -> Secret:
    """Read a password: everything up to the end, without the newline that `echo` adds.

    Raises:
        CommandFailed: there is nothing, or far too much.
    """
    given = stream.read(_LONGEST + 1).removesuffix(b"\n").removesuffix(b"\r")
    if not given or len(given) > _LONGEST:
        text = "no password on standard input" if not given else "the password is too long"
        raise CommandFailed(ExitCode.USAGE, text, 'printf %s "$PASSWORD" | twogate user add NAME --password-stdin')
    return Secret(given)


def qr_code(uri: str) -> str:
    """Draw a QR code for a terminal: two rows of dots in each line, and a quiet zone."""
    drawn = io.StringIO()
    segno.make(uri, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()


def can_draw() -> bool:
    """Whether standard output takes the block characters that a QR code is drawn with."""
    return "utf" in (sys.stdout.encoding or "").lower()
