"""One canonical form for every spelling of a name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twogate.rules.signin.names import LONGEST, canonical
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("alice", "alice"),
        ("ALICE", "alice"),
        ("  Alice \n", "alice"),
        ("\uff21\uff4c\uff49\uff43\uff45", "alice"),  # full width
        ("STRASSE", "strasse"),
        ("stra\u00dfe", "stra\u00dfe"),  # RFC 8265 section 3.5, example 4: another name than the one above
        ("Zoe\u0308", "zo\u00eb"),
        ("ZO\u00cb", "zo\u00eb"),
        ("\u03c0", "\u03c0"),  # example 5
        ("\u03a3", "\u03c3"),  # example 6
        ("juliet@example.com", "juliet@example.com"),  # example 1
        ("fussball", "fussball"),  # example 2
        ("fu\u00dfball", "fu\u00dfball"),  # example 3
        ("Alice@Example.COM", "alice@example.com"),
        ("o'brien-smith_2", "o'brien-smith_2"),
    ],
)
def test_spellings_of_one_name_are_one(spelling: str, name: str) -> None:
    """Case, width and composition do not part accounts; the examples are those of RFC 8265, section 3.5."""
    assert canonical(spelling) == Passed(name)


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "\t\n", "al ice", "al\u00a0ice", "al\u3000ice", "al\u200bice", "al\u202eice", "al\x00ice", "alice\x7f",
        "\u24d0lice", "\ufb01ona", "henry\u2163", "\u265a",  # compatibility forms, a symbol (examples 8, 9)
        "\ud800", "\ue000", "\u0378", "al\u00adice", "x" * (LONGEST + 1), "x" * 100_000, "\ufdfa" * 200,
    ],
)  # fmt: skip
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    """Blanks inside, controls, invisible and unassigned characters, and what is far too long."""
    verdict = canonical(name)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.INPUT_MALFORMED


def test_long_names_do_not_collide() -> None:
    """Nothing is cut off: names that differ in the last character are two."""
    long = "a" * (LONGEST - 1)
    assert canonical(long + "b") != canonical(long + "c")
    assert canonical(long + "b") == Passed(long + "b")


@settings(deadline=None)
@given(st.text(max_size=40))
def test_the_canonical_form_is_its_own(name: str) -> None:
    """Normalising twice changes nothing, and neither does upper or lower case before it."""
    verdict = canonical(name)
    if isinstance(verdict, Passed):
        assert canonical(verdict.value) == verdict
        assert canonical(f" {name} ") == verdict


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=20))
def test_case_never_matters(name: str) -> None:
    """Upper and lower case are one account."""
    assert canonical(name.upper()) == canonical(name.lower())
