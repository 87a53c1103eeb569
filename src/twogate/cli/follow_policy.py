"""Follow a policy file: publish it now, and again whenever it changes and has no mistake.

Decides what a change is (other content, whatever the clock of the file system says) and that a file with mistakes
is told and left alone: the last good policy stays in force.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twogate.cli.installed import actor
from twogate.cli.policy_file import PolicyInvalid, place
from twogate.rules.policy.check import Checked
from twogate.rules.policy.mistakes import Mistake
from twogate.services.publish_policy import Published, PublishPolicy
from twogate.settings.paths import reason
from twogate.store.unit import StoreUnavailable

_LOOK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class News:
    """What became of the file."""

    version: int = 0
    rules: int = 0
    mistakes: tuple[str, ...] = ()
    changed: bool = False

    def facts(self) -> dict[str, Any]:
        """The words for the supervisor."""
        if self.mistakes:
            return {"mistakes": list(self.mistakes)}
        return {"published": self.version, "rules": self.rules}


class FollowPolicy:
    """One file and the publisher it goes to."""

    def __init__(self, path: Path, publisher: PublishPolicy, told: Callable[[News], None]) -> None:
        self._path = path
        self._publisher = publisher
        self._told = told
        self._seen: bytes | None = None

    async def first(self) -> News:
        """Publish what is there.

        Raises:
            PolicyInvalid: it has mistakes.
            OSError: it cannot be read.
        """
        self._seen = self._path.read_bytes()
        answer = await self._publish(self._seen)
        if isinstance(answer, Checked):
            raise PolicyInvalid(str(self._path), answer.mistakes)
        return _news(answer)

    async def run(self) -> None:
        """Look for other content, twice a second."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Publish the file if its content is not the one seen last."""
        try:
            content = await asyncio.to_thread(self._path.read_bytes)
        except OSError as error:
            if self._seen is not None:
                self._seen = None
                self._told(News(mistakes=(f"{self._path}: cannot read it: {reason(error)}; the last good one stays",)))
            return
        if content == self._seen:
            return
        try:
            answer = await self._publish(content)
        except StoreUnavailable:
            return  # tried again at the next look
        self._seen = content
        if isinstance(answer, Published):
            if answer.change:
                self._told(_news(answer))
        else:
            self._told(News(mistakes=tuple(_line(self._path, answer))))

    async def _publish(self, content: bytes) -> Published | Checked:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            return Checked(None, (Mistake(line, "", "a byte that is no UTF-8", "save the file as UTF-8"),))
        return await self._publisher.publish(text, by=actor())


def _news(answer: Published) -> News:
    rules = len(answer.checked.policy.rules) if answer.checked.policy else 0
    return News(answer.version, rules, changed=answer.change != 0)


def _line(path: Path, checked: Checked) -> list[str]:
    lines = [f"{place(str(path), found)}{f' ({found.hint})' if found.hint else ''}" for found in checked.mistakes]
    return [*lines, "the last good policy stays in force"]
