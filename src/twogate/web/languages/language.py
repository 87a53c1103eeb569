"""Which languages there are, and which of them suits a reader best (RFC 9110 section 12.5.4, RFC 4647 section 3.4).

Decides the closed list, the name of each in itself, and how a browser's wishes are weighed. What is said in a language
is in ``catalogues``.
"""

import re
from enum import StrEnum

_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_LONGEST = 500


class Language(StrEnum):
    """By the tag that stands in ``lang`` (BCP 47)."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    CHINESE = "zh-Hans"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return _OWN_NAMES[self]


DEFAULT = Language.ENGLISH
_OWN_NAMES = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.FRENCH: "Français",
    Language.SPANISH: "Español",
    Language.CHINESE: "简体中文",
}
_BY_PRIMARY = {one.value.partition("-")[0]: one for one in Language}


def language_of(tag: str) -> Language | None:
    """Return the language of a tag of ours, None for any other text."""
    try:
        return Language(tag)
    except ValueError:
        return None


def best(accept_language: str) -> Language:
    """Return the language that is wanted most; the first named of equals; English where none of ours is wanted."""
    wishes: list[tuple[float, Language]] = []
    for part in accept_language[:_LONGEST].split(","):
        match = _RANGE.fullmatch(part)
        found = _closest(match[1]) if match else None
        if match and found:
            wishes.append((float(match[2] or 1), found))
    wanted = [wish for wish in wishes if wish[0] > 0]
    return max(wanted, key=lambda wish: wish[0])[1] if wanted else DEFAULT


def _closest(wanted: str) -> Language | None:
    """Shorten the range from its end until it is one of ours; who reads any Chinese is best served with ours."""
    return DEFAULT if wanted == "*" else _BY_PRIMARY.get(wanted.lower().partition("-")[0])
