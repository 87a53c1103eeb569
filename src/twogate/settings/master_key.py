"""The master key: 32 bytes under which secrets at rest are sealed.

Decides where it comes from (setting, command of a key manager, file in the data directory) and refuses a key file
that others can read. Sealing is ``store.sealing``.
"""

import base64
import binascii
import subprocess
from pathlib import Path

from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.paths import Paths, reason
from twogate.settings.private_files import read_private, write_new
from twogate.settings.store import StoreSettings

_SIZE = 32
_COMMAND_SECONDS = 20
_MISSING = "restore it from your backup; a new installation gets one from `twogate init`"


def read_master_key(settings: StoreSettings, paths: Paths) -> bytes:
    """Return the key in force.

    Raises:
        SettingsInvalid: there is none, it cannot be read, or it is not 32 bytes in base64.
    """
    if settings.master_key.reveal():
        return _decode(settings.master_key.text(), where="store.master_key")
    if settings.master_key_command:
        return _decode(_ask(settings.master_key_command), where="store.master_key_command")
    return _decode(read_private(paths.master_key, what="the master key", missing=_MISSING), where=str(paths.master_key))


def write_master_key(path: Path, key: bytes) -> None:
    """Write a new key file; an existing one is never overwritten, because what it sealed would be lost.

    Raises:
        SettingsInvalid: it cannot be written.
    """
    write_new(path, base64.b64encode(key).decode("ascii"), what="the master key")


def _ask(command: tuple[str, ...]) -> str:
    where = "store.master_key_command"
    try:
        done = subprocess.run(  # noqa: S603  # the operator's own command, no shell
            command, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except OSError as error:
        raise SettingsInvalid(Mistake(where, f"cannot run {command[0]}: {reason(error)}")) from error
    except subprocess.TimeoutExpired:
        raise SettingsInvalid(Mistake(where, f"{command[0]} gave no answer in {_COMMAND_SECONDS} seconds")) from None
    if done.returncode != 0:
        raise SettingsInvalid(Mistake(where, f"{command[0]} ended with status {done.returncode}"))
    return done.stdout.decode("ascii", "replace")


def _decode(text: str, *, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _SIZE:
        raise SettingsInvalid(
            Mistake(where, "is not a master key: 32 bytes in base64", "make one with `openssl rand -base64 32`"),
        )
    return key
