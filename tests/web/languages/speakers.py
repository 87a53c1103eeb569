"""Speak a language for the length of a test's block."""

from collections.abc import Iterator
from contextlib import contextmanager

from twogate.terms.language import Language
from twogate.web.languages.speaking import _SPOKEN


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """As if a request of somebody who reads it were being answered."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)
