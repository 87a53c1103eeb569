"""The gateway's files on disk: staged, checked, put in force in one step, the last good set kept.

Decides where HAProxy reads from. Every set has a directory of its own (``g-<number>``); the symbolic link ``live``
names the one in force and is replaced atomically, so HAProxy never sees half a set. What is in the files is left to
``rules.haproxy``.
"""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

_SET = re.compile(r"g-(\d+)")


class EdgeDirectory:
    """The agent's own directory, mode 0700."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)

    @property
    def live(self) -> Path:
        """The link that names the set in force: HAProxy is started on ``live/haproxy.cfg``."""
        return self.root / "live"

    def stage(self, files: Mapping[str, str]) -> Path:
        """Write a whole set into a fresh directory and return it. Nothing refers to it yet."""
        directory = self.root / f"g-{max(self._numbers(), default=0) + 1:08d}"
        directory.mkdir(mode=0o700)
        for name, text in files.items():
            target = directory / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(target, text)
        return directory

    def promote(self, staged: Path) -> Path | None:
        """Put a staged set in force; returns the one before, which is kept for ``promote`` to go back to."""
        before = self.current()
        fresh = self.root / "live.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(staged.name)
        fresh.replace(self.live)
        self._forget_all_but({staged, before})
        return before

    def discard(self, staged: Path) -> None:
        """Remove a set that is not in force."""
        if staged != self.current():
            shutil.rmtree(staged, ignore_errors=True)

    def current(self) -> Path | None:
        """The directory of the set in force, if there is one."""
        try:
            directory = self.root / self.live.readlink()
        except OSError:
            return None
        return directory if directory.is_dir() else None

    def _numbers(self) -> list[int]:
        found = (_SET.fullmatch(path.name) for path in self.root.iterdir())
        return [int(match[1]) for match in found if match]

    def _forget_all_but(self, kept: set[Path | None]) -> None:
        for path in self.root.glob("g-*"):
            if path not in kept:
                shutil.rmtree(path, ignore_errors=True)


def write_private(target: Path, text: str) -> None:
    """Write a file that only its owner reads, so that a reader sees the old text or the new one, never a part."""
    fresh = target.with_name(f".{target.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(target)
