"""Every sentence that a page says, from the catalogue of the reader's language.

Decides how a sentence is found, filled in and counted. ``text`` takes a key; ``reason_text`` a reason to say no;
``phrase`` takes an English sentence from below this floor (a factor's title, a hint), which is its own key. Where a
language lacks one, the English is shown: tests/web/languages holds that none does.

The catalogues are ``web/languages/catalogues``: ``en.json`` is where English lives, one file beside it for each other
language, and ``phrases.json`` for the sentences that are their own keys.
"""

import json
import re
from collections.abc import Mapping
from importlib import resources

from twogate.terms.reasons import SENTENCE, Reason
from twogate.web.languages.language import DEFAULT, Language
from twogate.web.languages.speaking import spoken


def _read(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        (resources.files("twogate.web.languages") / "catalogues" / f"{name}.json").read_text("utf-8")
    )
    return found


CATALOGUES: Mapping[Language, Mapping[str, str]] = {one: _read(one.value) for one in Language}
PHRASES: Mapping[Language, Mapping[str, str]] = {
    one: _read(f"phrases.{one.value}") for one in Language if one != DEFAULT
}
ENGLISH = CATALOGUES[DEFAULT]
_NUMBER = re.compile(r"\d+")
_SENTENCES = re.compile(r"(?<=[.!?]) ")
_SINGULAR = {Language.FRENCH: (0, 1), Language.CHINESE: ()}  # CLDR's category "one"; elsewhere it is 1 alone


class MissingText(KeyError):  # noqa: N818  # it says what is so
    """A page asks for a sentence that the catalogue lacks."""


def text(key: str, **values: object) -> str:
    """Return the sentence, with its gaps filled in.

    Raises:
        MissingText: the catalogue has no such sentence.
    """
    found = CATALOGUES[spoken()].get(key) or ENGLISH.get(key)
    if found is None:
        raise MissingText(key)
    return found.format_map(values) if values else found


def has_text(key: str) -> bool:
    """Whether the catalogue has this sentence."""
    return key in ENGLISH


def counted(key: str, count: int, **values: object) -> str:
    """Return the sentence for so many things: ``key.one`` where the language uses its singular, else ``key``."""
    singular = count in _SINGULAR.get(spoken(), (1,)) and has_text(f"{key}.one")
    return text(f"{key}.one" if singular else key, count=count, **values)


def reason_text(reason: Reason) -> str:
    """Return the sentence for a reason; English is ``terms.reasons.SENTENCE``."""
    return CATALOGUES[spoken()].get(f"reason.{reason.value}") or SENTENCE[reason]


def phrase(english: str) -> str:
    """Return a sentence from below, or several, in the reader's language; numbers in it are gaps of the catalogue's."""
    known = PHRASES.get(spoken())
    if known is None or not english:
        return english
    whole = _translated(known, english)
    return whole or " ".join(_translated(known, one) or one for one in _SENTENCES.split(english))


def _translated(known: Mapping[str, str], english: str) -> str:
    numbers = _NUMBER.findall(english)
    gaps = iter(range(len(numbers)))
    found = known.get(_NUMBER.sub(lambda _: f"{{{next(gaps)}}}", english), "")
    return found.format(*numbers)
