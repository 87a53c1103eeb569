"""Every sentence that a page says, from the catalogue of the reader's language.

Decides how a sentence is found, filled in and counted. ``text`` takes a key; ``reason_text`` a reason to say no;
``phrase`` takes an English sentence from below this floor (a factor's title, a hint), which is its own key. Where a
language lacks one, the English is shown: tests/web/languages holds that none does.

The catalogues are ``web/languages/catalogues``: ``en.json`` is where English lives, one file beside it for each other
language. Sentences that are their own keys are in ``terms/translations``.
"""

import json
from collections.abc import Mapping
from importlib import resources

from twogate.terms import translation
from twogate.terms.language import DEFAULT, Language
from twogate.terms.reasons import SENTENCE, Reason
from twogate.web.languages.speaking import spoken


def _read(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        (resources.files("twogate.web.languages") / "catalogues" / f"{name}.json").read_text("utf-8")
    )
    return found


CATALOGUES: Mapping[Language, Mapping[str, str]] = {one: _read(one.value) for one in Language}
ENGLISH = CATALOGUES[DEFAULT]
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
    """Return a sentence from below in the reader's language."""
    return translation.phrase(spoken(), english)
