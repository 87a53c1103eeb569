"""Whatever the library raises is a no."""

import pytest

from twogate.rules.factors.webauthn.library import asked_of_library
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("error", [ValueError("no"), KeyError(-2), RecursionError("deep"), MemoryError(), OSError()])
def test_each_exception_is_a_refusal(error: Exception) -> None:
    """The operator learns its kind and at most a line of it."""
    verdict = asked_of_library(lambda: _raise(error))
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.PASSKEY_WRONG
    assert type(error).__name__ in verdict.detail


def test_a_long_text_is_cut() -> None:
    """An exception may repeat what a stranger sent."""
    verdict = asked_of_library(lambda: _raise(ValueError("x" * 5000)))
    assert isinstance(verdict, Refused)
    assert len(verdict.detail) == 200


def test_an_answer_is_handed_on() -> None:
    """What it returns is what we get."""
    assert asked_of_library(lambda: 7) == Passed(7)
