"""The master key: 32 bytes under which secrets at rest are sealed.

Decides where it comes from (setting, command of a key manager, file in the data directory) and refuses a key file
that others can read. Sealing is ``store.sealing``.
"""

import base64
import binascii
import os
import stat
import subprocess
from pathlib import Path

from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.paths import Paths, reason
from twogate.settings.store import StoreSettings

_SIZE = 32
_COMMAND_SECONDS = 20


def read_master_key(settings: StoreSettings, paths: Paths) -> bytes:
    """Return the key in force.

    Raises:
        SettingsInvalid: there is none, it cannot be read, or it is not 32 bytes in base64.
    """
    if settings.master_key.reveal():
        return _decode(settings.master_key.text(), where="store.master_key")
    if settings.master_key_command:
        return _decode(_ask(settings.master_key_command), where="store.master_key_command")
    return _decode(_read(paths.master_key), where=str(paths.master_key))


def write_master_key(path: Path, key: bytes) -> None:
    """Write a new key file; an existing one is never overwritten, because what it sealed would be lost.

    Raises:
        SettingsInvalid: it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.b64encode(key).decode("ascii") + "\n")
    except OSError as error:
        raise SettingsInvalid(Mistake(str(path), f"cannot write the master key: {reason(error)}")) from error


def _read(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise SettingsInvalid(
            Mistake(
                str(path),
                "the master key is missing",
                "restore it from your backup; a new installation gets one from `twogate init`",
            ),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "it is not text"
        raise SettingsInvalid(Mistake(str(path), f"cannot read the master key: {why}")) from error
    if mode & 0o077:
        raise SettingsInvalid(
            Mistake(str(path), f"others can read the master key (mode {mode:04o})", f"chmod 600 {path}"),
        )
    return text


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
