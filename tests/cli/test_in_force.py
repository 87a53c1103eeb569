"""Saying where a change is in force."""

import pytest
from tests.ports import NOON

from twogate.cli.in_force import in_force_facts, tell_in_force, wait_in_force
from twogate.services.changes import InForce
from twogate.store.unit import Store
from twogate.terms.edges import Edge
from twogate.terms.ids import EdgeId


@pytest.mark.parametrize(
    ("state", "said", "unsaid"),
    [
        (InForce(done=True), "in force at every gateway", "not yet"),
        (InForce(done=True, silent=("west",)), "not heard lately: west", "every gateway"),
        (InForce(done=False, missing=("east",)), "not yet in force at east", "every gateway"),
    ],
)
def test_it_claims_no_more_than_is_known(
    state: InForce, said: str, unsaid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every gateway is named only when none lags and none is silent."""
    tell_in_force(state)
    err = capsys.readouterr().err
    assert said in err
    assert unsaid not in err


def test_nothing_to_wait_for_is_said_by_silence(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a change there is neither a sentence nor a claim in JSON."""
    tell_in_force(None)
    assert (capsys.readouterr().err, in_force_facts(None)) == ("", None)


async def test_without_a_change_nobody_is_asked(store: Store) -> None:
    """No number, no waiting; a silent node is named and not waited for."""
    assert await wait_in_force(store, None) is None
    assert await wait_in_force(store, 0) is None
    async with store.work() as unit:
        await unit.edges.add(Edge(EdgeId("edg_1"), "west", "d" * 64, NOON))
    assert await wait_in_force(store, 1) == InForce(done=True, silent=("west",))
