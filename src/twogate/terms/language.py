"""The languages that people are spoken to in: pages, notices, mails."""

from enum import StrEnum


class Language(StrEnum):
    """By the tag that stands in ``lang`` (BCP 47)."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    CHINESE = "zh-Hans"


DEFAULT = Language.ENGLISH


def language_of(tag: str) -> Language | None:
    """Return the language of a tag of ours, None for any other text."""
    try:
        return Language(tag)
    except ValueError:
        return None
