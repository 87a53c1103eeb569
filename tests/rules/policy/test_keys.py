"""Tests of ``twogate.rules.policy.keys``."""

import pytest

from twogate.rules.policy.keys import RULE, TOP, UPSTREAM, Key, read_table, texts, whole
from twogate.rules.policy.lines import Lines
from twogate.rules.policy.mistakes import Notebook


@pytest.mark.parametrize("table", [TOP, UPSTREAM, RULE])
def test_every_key_says_what_it_is_about(table: dict[str, Key]) -> None:
    """Editors and the reference show it."""
    assert all(key.about and key.schema for key in table.values())


def test_one_text_may_stand_for_a_list_of_one() -> None:
    """``match = "/a"`` is ``match = ["/a"]``."""
    read, _ = texts(str.upper)
    notes = Notebook(Lines())
    assert read("a", (), notes) == read(["a"], (), notes) == ("A",)
    assert read(3, (), notes) is None
    assert read(["a", 3], (), notes) is None
    assert len(notes.found) == 2


def test_true_is_no_number() -> None:
    """Python thinks otherwise."""
    notes = Notebook(Lines())
    assert whole(0, 5)[0](True, (), notes) is None
    assert notes.found


def test_a_table_is_read_as_far_as_it_can_be() -> None:
    """Wrong keys are noted and left out; right ones arrive."""
    notes = Notebook(Lines())
    read = read_table({"name": "a", "url": 3, "nme": "b"}, UPSTREAM, place=("upstream", 0), notes=notes)
    assert read == {"name": "a"}
    assert len(notes.found) == 2
