"""The first administrator, by a one-time code."""

import asyncio

from tests.services.desk import CALLER, PASSWORD, Desk

from twogate.services.first_administrator import LIFE, FirstAdministrator
from twogate.terms.permissions import ADMINISTRATORS
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


def _first(desk: Desk) -> FirstAdministrator:
    return FirstAdministrator(desk.store, desk.clock, desk.entropy, people=desk.people)


async def _invited(desk: Desk) -> Secret:
    code = await _first(desk).invite(actor="system")
    assert code is not None
    return code


async def test_one_code_makes_one_account(desk: Desk) -> None:
    """Of six at once with six names one is made, and nothing is left of the others."""
    code = await _invited(desk)
    answers = await asyncio.gather(
        *(_first(desk).accept(code, name=f"root{at}x", email="", password=PASSWORD, caller=CALLER) for at in range(6))
    )
    assert sum(isinstance(one, Passed) for one in answers) == 1
    async with desk.store.read() as unit:
        assert await unit.users.count() == 1
        assert await unit.memberships.count(ADMINISTRATORS) == 1


async def test_a_code_lasts_a_day_and_is_replaced(desk: Desk) -> None:
    """Too late, or an older one: refused as any wrong one."""
    old, new = await _invited(desk), await _invited(desk)
    desk.clock.advance(LIFE)
    for code in (old, new, Secret("nonsense"), Secret("")):
        refused = await _first(desk).accept(code, name="root", email="", password=PASSWORD, caller=CALLER)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.INVITATION_UNKNOWN


async def test_there_is_none_while_there_is_an_administrator(desk: Desk) -> None:
    """A code that was out is void from the moment somebody is one; if all of them are blocked, there is one again."""
    code = await _invited(desk)
    alice = await desk.add()
    async with desk.store.work() as unit:
        await unit.memberships.join(alice.user.id, ADMINISTRATORS, at=desk.clock.now(), by="cli")
    refused = await _first(desk).accept(code, name="root", email="", password=PASSWORD, caller=CALLER)
    assert isinstance(refused, Refused)
    async with desk.store.read() as unit:
        assert await unit.users.by_name("root") is None
    assert await _first(desk).invite(actor="system") is None
    await desk.people.block(alice.user.id, actor="cli:test")
    assert await _first(desk).invite(actor="system") is not None
