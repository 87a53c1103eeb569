"""How a recovery goes on and ends, in one unit of work."""

import pytest
from tests.services.desk import CALLER, Desk, Person
from tests.store.records import recovery

from twogate.rules.factors.recovery_pass import RecoveryPass
from twogate.rules.recovery.request import RecoveryRules, Stopped, TimePassed, step
from twogate.services.recovery_ends import Moved, RecoveryEnds
from twogate.store.unit import Conflict
from twogate.terms.recovery import Lost, Stage
from twogate.terms.verdict import Passed, Refused

RULES = RecoveryRules()


def _ends(desk: Desk) -> RecoveryEnds:
    return RecoveryEnds(desk.clock, desk.entropy, rules=RULES)


async def _ready(desk: Desk, person: Person, lost: Lost = Lost.FACTORS) -> Moved:
    """A recovery whose secret has just been handed out."""
    now = desk.clock.now()
    async with desk.store.work() as unit:
        asked = recovery(user=person.user.id, lost=lost, asked=now, due=now)
        await unit.recoveries.add(asked)
        moved = step(asked, TimePassed(), rules=RULES, now=now)
        assert isinstance(moved, Passed)
        return await _ends(desk).perform(unit, asked, moved.value)


async def test_a_pass_is_handed_out_for_factors_and_a_digest_for_a_password(desk: Desk) -> None:
    """The one is a credential of its owner, the other is known to the recovery alone."""
    alice, bob = await desk.add(), await desk.add("bob")
    factors = await _ready(desk, alice)
    assert factors.secret is not None
    assert (factors.recovery.secret_digest, bool(factors.recovery.credential)) == ("", True)
    async with desk.store.work() as unit:
        await unit.users.remove(alice.user.id)  # its recovery goes with it
    password = await _ready(desk, bob, Lost.PASSWORD)
    assert password.secret is not None
    assert (password.recovery.secret_digest, password.recovery.credential) == (password.secret.sha256(), "")


async def test_a_pass_that_was_used_is_not_taken_back(desk: Desk) -> None:
    """Stopping comes too late: it is refused, and the recovery counts as used."""
    alice = await desk.add()
    ready = await _ready(desk, alice)
    assert ready.secret is not None
    async with desk.store.work() as unit:
        held = await unit.credentials.get(ready.recovery.pass_id)
        assert held is not None
        verdict = RecoveryPass().check(held.state, ready.secret, desk.clock.now())
        assert isinstance(verdict, Passed)
        assert verdict.value.next_state is not None
        await unit.credentials.replace(held.id, version=held.version, state=verdict.value.next_state, used=None)
    async with desk.store.work() as unit:
        late = await _ends(desk).stop(unit, ready.recovery, actor="x", caller=CALLER)
        assert isinstance(late, Refused)
        stands = await unit.recoveries.get(ready.recovery.id)
    assert stands is not None
    assert stands.stage is Stage.USED


async def test_an_old_copy_moves_nothing(desk: Desk) -> None:
    """Whoever decides on a recovery that was changed meanwhile gets a Conflict, and nothing happens."""
    alice = await desk.add()
    ready = await _ready(desk, alice, Lost.PASSWORD)
    old = ready.recovery
    async with desk.store.work() as unit:
        assert isinstance(await _ends(desk).stop(unit, old, actor="x", caller=CALLER), Passed)
    outcome = step(old, Stopped(), rules=RULES, now=desk.clock.now())
    assert isinstance(outcome, Passed)
    with pytest.raises(Conflict):
        async with desk.store.work() as unit:
            await _ends(desk).perform(unit, old, outcome.value)
