"""Mistakes in the settings: all of them at once, each with its place and the way out.

Decides how a mistake is told. Finding them is for ``load``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong."""

    where: str  # ``settings.toml:12``, ``environment TWOGATE_GATEWAY_LISTEN`` or a path
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" + (f" ({self.hint})" if self.hint else "")


class SettingsInvalid(Exception):  # noqa: N818  # it says what is so, as the store's exceptions do
    """The settings cannot be used. ``mistakes`` has one entry for each thing to put right."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = mistakes
