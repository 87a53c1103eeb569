"""Which language suits a reader."""

import pytest

from twogate.terms.language import Language
from twogate.web.languages.language import own_name, wished


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", ""),
        ("de", "de"),
        ("de-AT", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("es;q=0.8, de;q=0.8", "es"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-SG;q=0.9, en;q=0.2", "zh-Hans"),
        ("ja, ko;q=0.9", ""),
        ("ja, fr;q=0.1", "fr"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", ""),
        ("DE", "de"),
        ("*", "en"),
        ("de;q=1.5, fr", "fr"),
        ("<script>, es", "es"),
        (",,;q=1,", ""),
    ],
)
def test_the_most_wanted_language_is_spoken(accept: str, found: str) -> None:
    """RFC 9110 section 12.5.4: weights decide, then the order; what is malformed is no wish."""
    assert wished(accept) == (Language(found) if found else None)


def test_a_very_long_wish_costs_nothing() -> None:
    """Only the beginning is read."""
    assert wished("ja," * 100_000 + "de") is None


def test_each_language_is_named_in_itself() -> None:
    """A reader finds their language without knowing another."""
    assert len({own_name(one) for one in Language}) == len(Language)
