"""Names that look like others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twogate.rules.signin.look_alikes import refuse_scripts, skeleton
from twogate.rules.signin.names import canonical
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("paypal", "\u0440\u0430\u0443\u0440\u0430l"),  # Cyrillic r, a, u
        ("alice", "\u0430lice"),
        ("scope", "\u0455\u0441\u043e\u0440\u0435"),  # wholly Cyrillic
        ("bob1", "bobl"),
        ("root", "r00t"),
        ("modern", "modem"),
        ("stra\u00dfe", "strasse"),
        ("omega", "\u03bfmega"),  # Greek omicron
        ("a\u0131", "ai"),  # i without its dot
    ],
)
def test_what_looks_the_same_has_one_skeleton(name: str, other: str) -> None:
    """Letters of other scripts, digits for letters, rn for m."""
    assert name != other
    assert skeleton(name) == skeleton(other)


@pytest.mark.parametrize(("name", "other"), [("alice", "alicia"), ("bob", "rob"), ("ann", "an"), ("zoe", "zo\u00eb")])
def test_what_looks_different_stays_apart(name: str, other: str) -> None:
    """A letter more, another letter, another accent."""
    assert skeleton(name) != skeleton(other)


@pytest.mark.parametrize("name", ["\u0430lice", "\u03b1lice", "bob\u0431", "\u0569ob"])
def test_mixed_scripts_are_refused(name: str) -> None:
    """Cyrillic, Greek or Armenian letters among Latin ones."""
    refused = refuse_scripts(name)
    assert refused is not None
    assert refused.reason is Reason.NAME_MIXED_SCRIPTS
    assert "latin" in refused.detail


@pytest.mark.parametrize(
    "name",
    [
        "alice",
        "alice42@example.com",
        "o'brien-smith_2",
        "\u0430\u043b\u0438\u0441\u0430",  # all Cyrillic
        "\u0430\u043b\u0438\u0441\u0430.7",
        "\u5c71\u7530\u305f\u308d\u3046",  # Han and Hiragana
        "\u5c71\u7530taro",
        "\uae40\ucca0\uc218",  # Hangul
        "zo\u00eb",
        "42",
    ],
)
def test_what_is_written_together_may_be(name: str) -> None:
    """One script, digits and signs of all, and the scripts of Japanese, Chinese and Korean beside Latin."""
    assert refuse_scripts(name) is None


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_a_skeleton_is_its_own(name: str) -> None:
    """The skeleton of every name can be computed, and of two spellings of one name it is one."""
    verdict = canonical(name)
    if isinstance(verdict, Passed):
        again = canonical(name.upper())
        if isinstance(again, Passed) and again.value == verdict.value:
            assert skeleton(again.value) == skeleton(verdict.value)
        assert skeleton(verdict.value)
