"""Files that hold a secret: written so that only their owner can read them, refused where others can.

Decides the mode (0600), that nothing is overwritten, and the words when something is wrong.
"""

import os
import stat
from pathlib import Path

from twogate.settings.mistakes import Mistake, SettingsInvalid
from twogate.settings.paths import reason

_OTHERS = 0o077


def write_new(path: Path, text: str, *, what: str) -> None:
    """Write one line to a new file.

    Raises:
        SettingsInvalid: it is there already, or cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise SettingsInvalid(Mistake(str(path), f"cannot write {what}: {reason(error)}")) from error


def read_private(path: Path, *, what: str, missing: str) -> str:
    """Read a file that nobody else may read; ``missing`` says what to do when it is not there.

    Raises:
        SettingsInvalid: it is missing, not text, or open to others.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise SettingsInvalid(Mistake(str(path), f"{what} is missing", missing)) from None
    except OSError as error:
        raise SettingsInvalid(Mistake(str(path), f"cannot read {what}: {reason(error)}")) from error
    except UnicodeDecodeError:
        raise SettingsInvalid(Mistake(str(path), f"{what} is not text", missing)) from None
    if mode & _OTHERS:
        raise SettingsInvalid(Mistake(str(path), f"others can read {what} (mode {mode:04o})", f"chmod 600 {path}"))
    return text
