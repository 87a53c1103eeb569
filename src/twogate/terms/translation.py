"""A sentence of notices, mails and factors in the language of whoever reads it.

Decides how it is found: its English is its key, so the code that says it stays readable and English needs no table.
Where a language lacks it, English is said; ``tests/terms/test_translation.py`` holds that none is lacking. What pages
say has keys of its own (``web.pages.texts``).
"""

import re
from collections.abc import Mapping

from twogate.terms.language import DEFAULT, Language, language_of
from twogate.terms.translations.chinese import CHINESE
from twogate.terms.translations.french import FRENCH
from twogate.terms.translations.german import GERMAN
from twogate.terms.translations.spanish import SPANISH

WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.GERMAN: GERMAN,
    Language.FRENCH: FRENCH,
    Language.SPANISH: SPANISH,
    Language.CHINESE: CHINESE,
}
_NUMBER = re.compile(r"\d+")
_SENTENCES = re.compile(r"(?<=[.!?]) ")


def known(tag: str) -> Language:
    """Return the language of a tag, English for any other text: what an account has kept may be empty."""
    return language_of(tag) or DEFAULT


def say(language: Language, english: str, **gaps: object) -> str:
    """Return a sentence with its gaps filled in."""
    return WORDS.get(language, {}).get(english, english).format_map(gaps)


def phrase(language: Language, english: str) -> str:
    """Return what is filled in already: a title, a hint, one sentence or several; its numbers are the table's gaps."""
    words = WORDS.get(language)
    if words is None or not english:
        return english
    return _phrase(words, english) or " ".join(_phrase(words, one) or one for one in _SENTENCES.split(english))


def _phrase(words: Mapping[str, str], english: str) -> str:
    numbers = _NUMBER.findall(english)
    gaps = iter(range(len(numbers)))
    key = _NUMBER.sub(lambda _: f"{{{next(gaps)}}}", english)
    found = words.get(key) or words.get(key[:1].upper() + key[1:], "")
    return found.format(*numbers)
