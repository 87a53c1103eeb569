"""Tests of ``twogate.rules.policy.mistakes``."""

from twogate.rules.policy.lines import Lines
from twogate.rules.policy.mistakes import Mistake, Notebook, nearest, spell


def test_a_mistake_reads_as_one_line() -> None:
    """Line, place, message and hint in the order in which one looks for them."""
    assert str(Mistake(3, "rule[1].match", "is missing", "write it")) == "line 3: rule[1].match: is missing (write it)"
    assert str(Mistake(1, "", "this is not TOML")) == "line 1: this is not TOML"


def test_a_place_is_counted_from_one() -> None:
    """People count tables from one."""
    assert spell(("rule", 0, "match", 2)) == "rule[1].match[3]"
    assert spell(()) == ""


def test_mistakes_are_told_by_line() -> None:
    """Whatever the order in which they were found."""
    notes = Notebook(Lines({("a",): 9, ("b",): 2}))
    notes.note(("a",), "later")
    notes.note(("b",), "sooner")
    assert [mistake.message for mistake in notes.mistakes] == ["sooner", "later"]


def test_a_near_word_is_suggested() -> None:
    """A far one is not."""
    assert nearest("quotta", ["quota", "match"]) == 'did you mean "quota"?'
    assert nearest("approve", ["quota", "match"]) == ""
