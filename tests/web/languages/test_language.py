"""Which language suits a reader."""

import pytest

from twogate.web.languages.language import Language, best, language_of


@pytest.mark.parametrize(
    ("wished", "found"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("es;q=0.8, de;q=0.8", "es"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-SG;q=0.9, en;q=0.2", "zh-Hans"),
        ("ja, ko;q=0.9", "en"),
        ("ja, fr;q=0.1", "fr"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", "en"),
        ("DE", "de"),
        ("*", "en"),
        ("de;q=1.5, fr", "fr"),
        ("<script>, es", "es"),
        (",,;q=1,", "en"),
    ],
)
def test_the_most_wanted_language_is_spoken(wished: str, found: str) -> None:
    """RFC 9110 section 12.5.4: weights decide, then the order; what is malformed is no wish."""
    assert best(wished) == Language(found)


def test_a_very_long_wish_costs_nothing() -> None:
    """Only the beginning is read."""
    assert best("ja," * 100_000 + "de") is Language.ENGLISH


def test_only_our_own_tags_are_languages() -> None:
    """A tag that somebody made up is none."""
    assert language_of("de") is Language.GERMAN
    assert language_of("xx") is None
    assert language_of("") is None


def test_each_language_is_named_in_itself() -> None:
    """A reader finds their language without knowing another."""
    assert len({one.own_name for one in Language}) == len(Language)
