"""Checking and setting up: hashing outside, saving by compare-and-set."""

from dataclasses import replace

import pyotp
import pytest
from tests.services.desk import CALLER, PASSWORD, WRONG, Desk, Person

from twogate.rules.factors.contract import Account, Factor, Role
from twogate.services.authenticators import Bad, Good, SetUp
from twogate.services.hashing import Seat
from twogate.store.unit import Conflict
from twogate.terms.account import Credential
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused


async def _mine(desk: Desk, person: Person, role: Role) -> tuple[Factor, list[Credential]]:
    factor = desk.authenticators.registry.of_role(role)[0]
    async with desk.store.read() as unit:
        return factor, [one for one in await unit.credentials.of_user(person.user.id) if one.factor == factor.name]


def _seat(desk: Desk) -> Seat:
    seat = desk.pool.seat()
    assert isinstance(seat, Seat)
    return seat


async def test_a_proof_counts_once(desk: Desk) -> None:
    """Checked twice side by side, saved once."""
    alice = await desk.alice()
    factor, mine = await _mine(desk, alice, Role.SECOND)
    goods = [await desk.authenticators.check(factor, mine, alice.code(desk), seat=None) for _ in range(2)]
    assert all(isinstance(good, Good) for good in goods)
    async with desk.store.work() as unit:
        await desk.authenticators.save(unit, goods[0])  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        async with desk.store.work() as unit:
            await desk.authenticators.save(unit, goods[1])  # type: ignore[arg-type]
    _, after = await _mine(desk, alice, Role.SECOND)
    assert after[0].last_used == desk.clock.now()


@pytest.mark.parametrize("change", ["disable", "remove", "replace"])
async def test_a_password_proof_dies_with_a_change_meanwhile(desk: Desk, change: str) -> None:
    """Nothing changes by using a password, yet it must still be the one that was checked."""
    alice = await desk.alice()
    factor, mine = await _mine(desk, alice, Role.FIRST)
    with _seat(desk) as seat:
        good = await desk.authenticators.check(factor, mine, PASSWORD, seat=seat)
    assert isinstance(good, Good)
    credential = mine[0]
    async with desk.store.work() as unit:
        match change:
            case "disable":
                await unit.credentials.set_disabled(credential.id, desk.clock.now())
            case "remove":
                await unit.credentials.remove(credential.id)
            case _:
                state = credential.state
                await unit.credentials.replace(credential.id, version=credential.version, state=state, used=None)
    with pytest.raises(Conflict):
        async with desk.store.work() as unit:
            await desk.authenticators.save(unit, good)


async def test_each_credential_of_a_factor_may_answer(desk: Desk) -> None:
    """Two apps: either code is good, and it is that app's credential which moves on."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    factor, hers = await _mine(desk, alice, Role.SECOND)
    _, his = await _mine(desk, bob, Role.SECOND)
    both = [*hers, *(replace(one, user=alice.user.id) for one in his)]
    for person, expected in ((alice, hers[0].id), (bob, his[0].id)):
        good = await desk.authenticators.check(factor, both, person.code(desk), seat=None)
        assert isinstance(good, Good)
        assert good.proof.credential == expected
    bad = await desk.authenticators.check(factor, both, alice.wrong_code(desk), seat=None)
    assert isinstance(bad, Bad)
    assert bad.refused == Refused(Reason.CODE_WRONG)


async def test_without_credentials_a_decoy_is_checked(desk: Desk) -> None:
    """A no like any other."""
    factor = desk.authenticators.registry.first
    with _seat(desk) as seat:
        for given in (PASSWORD, WRONG, Secret("")):
            answer = await desk.authenticators.check(factor, [], given, seat=seat)
            assert answer == Bad(Refused(Reason.PASSWORD_WRONG))


async def test_slow_hashing_needs_a_seat(desk: Desk) -> None:
    """Nobody hashes on the event loop by mistake."""
    with pytest.raises(RuntimeError, match="seat"):
        await desk.authenticators.check(desk.authenticators.registry.first, [], PASSWORD, seat=None)


async def test_recovery_codes_are_made_beside_a_new_factor(desk: Desk) -> None:
    """Saved with it in one unit, and replaced as a whole."""
    bob = await desk.add("bob")
    factor = desk.authenticators.registry.of_role(Role.SECOND)[0]
    account = Account("Twogate", "bob")
    begun = factor.offer(account, desk.entropy)
    bob.app = pyotp.parse_uri(begun.show.uri)
    with _seat(desk) as seat:
        made = await desk.authenticators.accept(factor, begun.remember, bob.code(desk), recovery_for=account, seat=seat)
        assert isinstance(made, SetUp)
        assert made.recovery is not None
        async with desk.store.work() as unit:
            bound = await desk.authenticators.add(unit, bob.user, made, caller=CALLER)
        again = await desk.authenticators.make_recovery(account, seat=seat)
    _, sheets = await _mine(desk, bob, Role.RECOVERY)
    async with desk.store.work() as unit:
        await desk.authenticators.replace_recovery(unit, bob.user, again, actor="x", caller=CALLER)
    _, after = await _mine(desk, bob, Role.RECOVERY)
    assert (len(sheets), len(after)) == (1, 1)
    assert sheets[0].id != after[0].id
    _, apps = await _mine(desk, bob, Role.SECOND)
    assert [one.id for one in apps] == [bound.proof.credential]
    async with desk.store.read() as unit:
        found = await unit.users.get(bob.user.id)
    assert found is not None
    assert found.enrolled_once


async def test_a_password_gets_a_new_id(desk: Desk) -> None:
    """So that proofs by the old one are worth nothing."""
    alice = await desk.alice()
    _, before = await _mine(desk, alice, Role.FIRST)
    with _seat(desk) as seat:
        made = await desk.authenticators.make_first(Account("x", "alice"), Secret("another-fine-lantern"), seat=seat)
        assert isinstance(made, SetUp)
        bad = await desk.authenticators.make_first(Account("x", "alice"), Secret("short"), seat=seat)
        assert isinstance(bad, Refused)
    async with desk.store.work() as unit:
        await desk.authenticators.put_first(unit, alice.user, made)
    _, after = await _mine(desk, alice, Role.FIRST)
    assert len(after) == 1
    assert after[0].id != before[0].id
