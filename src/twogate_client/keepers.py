"""Where tokens lie: the keyring of the desktop, else a file that nobody else can read, or memory.

Decides that a file which others could have read is not used, that a half-written one never stands in place of a whole
one, and that one process at a time renews: the lock is a file's, so threads and processes are alike before it.
"""

import contextlib
import fcntl
import hashlib
import importlib
import os
import re
import stat
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from twogate_client.faults import KeepingError
from twogate_client.outside import folder

Release = Callable[[], None]
_SERVICE = "twogate"


class Keeper(Protocol):
    """A place for secrets, by name."""

    @property
    def kind(self) -> str: ...

    def load(self, name: str) -> str | None: ...

    def save(self, name: str, text: str) -> None: ...

    def forget(self, name: str) -> None: ...

    def try_lock(self, name: str) -> Release | None:
        """Take the name's lock if nobody has it; what comes back gives it back."""
        ...


@dataclass(slots=True)
class MemoryKeeper:
    """Forgets everything with the program."""

    kind: ClassVar[str] = "memory"

    _texts: dict[str, str] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def load(self, name: str) -> str | None:
        return self._texts.get(name)

    def save(self, name: str, text: str) -> None:
        self._texts[name] = text

    def forget(self, name: str) -> None:
        self._texts.pop(name, None)

    def try_lock(self, name: str) -> Release | None:
        del name  # one lock will do
        return self._lock.release if self._lock.acquire(blocking=False) else None


@dataclass(frozen=True, slots=True)
class FileKeeper:
    """One file of mode 0600 for each name, in a folder of mode 0700."""

    kind: ClassVar[str] = "file"

    place: Path = field(default_factory=folder)

    def load(self, name: str) -> str | None:
        path = self._path(name)
        try:
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeepingError(f"{path} cannot be opened: {error.strerror}") from None
        with os.fdopen(file, encoding="utf-8") as opened:
            about = os.fstat(opened.fileno())
            if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) & 0o077:
                raise KeepingError(f"{path} can be read or written by others; remove it and sign in again")
            return opened.read()

    def save(self, name: str, text: str) -> None:
        path = self._path(name)
        self._make()
        file, half = tempfile.mkstemp(dir=self.place, prefix=".half-")  # of mode 0600 from the first moment
        try:
            with os.fdopen(file, "w", encoding="utf-8") as opened:
                opened.write(text)
                opened.flush()
                os.fsync(opened.fileno())
            Path(half).replace(path)
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise

    def forget(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def try_lock(self, name: str) -> Release | None:
        self._make()
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(self._path(name).with_suffix(".lock"), flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return None
        return lambda: os.close(file)

    def _make(self) -> None:
        try:
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise KeepingError(f"{self.place} cannot be made: {error.strerror}") from None

    def _path(self, name: str) -> Path:
        readable = re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip("-.")[:60]
        return self.place / f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


@dataclass(frozen=True, slots=True)
class KeyringKeeper:
    """The keyring of the desktop, by the package ``keyring``; locks are files all the same."""

    kind: ClassVar[str] = "keyring"

    _keyring: Any
    _locks: FileKeeper = field(default_factory=FileKeeper)

    def load(self, name: str) -> str | None:
        with _told():
            found: str | None = self._keyring.get_password(_SERVICE, name)
            return found

    def save(self, name: str, text: str) -> None:
        with _told():
            self._keyring.set_password(_SERVICE, name, text)

    def forget(self, name: str) -> None:
        with _told():
            if self._keyring.get_password(_SERVICE, name) is not None:
                self._keyring.delete_password(_SERVICE, name)

    def try_lock(self, name: str) -> Release | None:
        return self._locks.try_lock(name)


@contextlib.contextmanager
def _told() -> Any:
    try:
        yield
    except Exception as error:  # noqa: BLE001  # each backend has exceptions of its own
        raise KeepingError(f"the keyring says no ({type(error).__name__}); is it locked?") from None


def usual() -> Keeper:
    """The keyring if the package is installed and there is one on this machine; else files."""
    try:
        keyring = importlib.import_module("keyring")
        works = keyring.get_keyring().priority >= 1
    except Exception:  # noqa: BLE001  # not installed, or its backend breaks: either way there is none
        works = False
    return KeyringKeeper(keyring) if works else FileKeeper()
