"""Does somebody really hold a copy of the codes?"""

import pytest

from twogate.terms.secret import Secret
from twogate.web.pages.code_check import code_marks, is_marked

HANDLE = Secret("h" * 43)
CODES = ("abcd-efgh", "ijkl-mnop")
MARKS = code_marks(HANDLE, CODES)


@pytest.mark.parametrize("typed", ["abcd-efgh", "ABCD EFGH", " ijklmnop "])
def test_a_code_typed_back_is_known(typed: str) -> None:
    """Spacing, hyphens and case do not matter."""
    assert is_marked(HANDLE, typed, marks=MARKS)


@pytest.mark.parametrize("typed", ["", "abcd", "abcd-efgi", "\u00e9", "\ud800"])
def test_anything_else_is_not(typed: str) -> None:
    """What is none of the codes is not taken for one."""
    assert not is_marked(HANDLE, typed, marks=MARKS)


@pytest.mark.parametrize("marks", ["", ".", "x.y", "\u00e9"])
def test_odd_marks_know_no_code(marks: str) -> None:
    """Marks that were tampered with know nothing."""
    assert not is_marked(HANDLE, "abcd-efgh", marks=marks)


def test_marks_belong_to_their_flow_and_hide_the_codes() -> None:
    """Marks of another flow know no code of this one, and no code can be read from them."""
    assert not is_marked(Secret("o" * 43), "abcd-efgh", marks=MARKS)
    assert "abcd" not in MARKS
