"""Which language suits a reader best (RFC 9110 section 12.5.4, RFC 4647 section 3.4), and what each calls itself.

Decides how a browser's wishes are weighed. Which languages there are is ``terms.language``, what pages say in them is
in ``catalogues``.
"""

import re

from twogate.terms.language import DEFAULT, Language

_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_LONGEST = 500


_OWN_NAMES = {
    Language.ENGLISH: "English",
    Language.GERMAN: "Deutsch",
    Language.FRENCH: "Français",
    Language.SPANISH: "Español",
    Language.CHINESE: "简体中文",
}
_BY_PRIMARY = {one.value.partition("-")[0]: one for one in Language}


def own_name(language: Language) -> str:
    """Return what its speakers call it."""
    return _OWN_NAMES[language]


def wished(accept_language: str) -> Language | None:
    """Return the language that is wanted most, the first named of equals; None where none of ours is wanted."""
    wishes: list[tuple[float, Language]] = []
    for part in accept_language[:_LONGEST].split(","):
        match = _RANGE.fullmatch(part)
        found = _closest(match[1]) if match else None
        if match and found:
            wishes.append((float(match[2] or 1), found))
    wanted = [wish for wish in wishes if wish[0] > 0]
    return max(wanted, key=lambda wish: wish[0])[1] if wanted else None


def _closest(wanted: str) -> Language | None:
    """Shorten the range from its end until it is one of ours; who reads any Chinese is best served with ours."""
    return DEFAULT if wanted == "*" else _BY_PRIMARY.get(wanted.lower().partition("-")[0])
