"""Files that hold seeds, and the keys that open them, as a command reads them.

Decides how much is read and that nothing of it is shown. What is in them is ``rules.factors.seeds``.
"""

import sys
from pathlib import Path

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, refused
from twogate.rules.factors.seeds.pskc_values import Opening
from twogate.rules.factors.seeds.read import Form, read
from twogate.rules.factors.seeds.rows import Written
from twogate.rules.factors.seeds.seed import LARGEST_FILE, Delivery
from twogate.terms.instant import Instant
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

STANDARD_INPUT = "-"
_LONGEST_KEY = 4_096
_KEY_BYTES = (16, 24, 32)


def read_delivery(
    file: str, opening: Opening, *, now: Instant, form: Form | None = None, written: Written | None = None
) -> Delivery:
    """Read a file of seeds; ``-`` is standard input, so that it need not lie on a disk in the clear.

    Raises:
        CommandFailed: it is no such file.
    """
    delivery = read(_document(file), opening, now=now, form=form, written=written)
    if isinstance(delivery, Refused):
        raise refused(f"{file}: {delivery.detail}")
    return delivery.value


def opening(key: Path | None, passphrase: Path | None) -> Opening:
    """What opens an encrypted container.

    Raises:
        CommandFailed: a file cannot be a key.
    """
    return Opening(_key(key) if key is not None else None, _passphrase(passphrase) if passphrase is not None else None)


def _document(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    return _bytes(Path(file), LARGEST_FILE)


def _key(path: Path) -> Secret:
    """A pre-shared key: in hexadecimal, or the octets themselves."""
    found = _bytes(path, _LONGEST_KEY)
    try:
        octets = bytes.fromhex(found.decode("ascii"))
    except ValueError:
        octets = found
    if len(octets) not in _KEY_BYTES:
        raise CommandFailed(ExitCode.USAGE, f"{path}: a pre-shared key has 16, 24 or 32 bytes, in hexadecimal")
    return Secret(octets)


def _passphrase(path: Path) -> Secret:
    found = _bytes(path, _LONGEST_KEY).removesuffix(b"\n").removesuffix(b"\r")
    if not found:
        raise CommandFailed(ExitCode.USAGE, f"{path}: there is no pass phrase in it")
    return Secret(found)


def _bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)
