"""The usual answers of a factor."""

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Traits
from twogate.rules.factors.registry import Parameters, registry
from twogate.terms.secret import Secret


def test_the_usual_answers_ask_send_and_name_nothing() -> None:
    """A factor that says nothing of itself is one of a kind, answered on the page, and asks for nothing beforehand."""
    usual = Traits()
    assert (usual.many, usual.eager, usual.discoverable, usual.awaited, usual.presented) == (False,) * 5
    assert usual.sends is None
    assert usual.left({}) is None
    assert (usual.identifier({}), usual.icon({}), usual.addressed(Secret("x"))) == ("", "", "")
    assert usual.challenge([], SeededEntropy(), NOON) is None


@pytest.mark.parametrize("factor", registry(Parameters()).factors, ids=lambda factor: factor.name)
def test_what_every_factor_keeps(factor: object) -> None:
    """A factor that is found without a name says whose it is; one that sends has a limit; names are its own."""
    names = [one.name for one in registry(Parameters()).factors]
    assert names.count(factor.name) == 1  # type: ignore[attr-defined]
    if factor.discoverable:  # type: ignore[attr-defined]
        assert factor.addressed(Secret("{}")) == ""  # type: ignore[attr-defined]
    if factor.awaited:  # type: ignore[attr-defined]
        assert factor.sends is not None  # type: ignore[attr-defined]
