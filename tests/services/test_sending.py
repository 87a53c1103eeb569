"""What may be sent, to whom and how often: limits that nobody gets around by asking elsewhere."""

import asyncio
from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.store.records import ANN, BOB, user

from twogate.rules.factors.contract import Sends
from twogate.services.sending import DAY, HOUR, put
from twogate.store.unit import Store
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

CODE = Dispatch(Channel.SMS, "+4915112345678", {"code": "246810"})
SENDS = Sends(3, HOUR, to_address=5, in_all=8)


async def _put(
    store: Store, who: UserId = ANN, what: Dispatch = CODE, *, now: Instant = NOON, sends: Sends | None = SENDS
) -> Reason | None:
    async with store.work() as unit:
        refused = await put(unit, who, what, sends=sends, now=now)
    return refused.reason if isinstance(refused, Refused) else None


@pytest.fixture
async def people(store: Store) -> Store:
    async with store.work() as unit:
        for name in ("ann", "bob", "cyd", "dan"):
            await unit.users.add(user(name))
    return store


async def test_one_person_gets_so_many_in_an_hour(people: Store) -> None:
    """By whatever number; the audit says who wanted more, and neither number nor code."""
    for number in range(3):
        assert await _put(people, what=replace(CODE, to=f"+49151000000{number}")) is None
    assert await _put(people) is Reason.TOO_MANY_SENT
    assert await _put(people, now=NOON.plus(HOUR)) is None
    async with people.read() as unit:
        (row,) = await unit.audit.list()
    assert (row.event, row.subject) == (Event.USER_MESSAGE_REFUSED, ANN)
    assert "4915" not in str(row.facts)
    assert "246810" not in str(row.facts)


async def test_one_number_gets_so_many_in_a_day(people: Store) -> None:
    """Whoever asks for them: three accounts together annoy or charge nobody more than one would."""
    sent = [await _put(people, UserId(f"usr_{who}")) for who in ("ann", "bob", "cyd") for _ in range(2)]
    assert sent == [None] * 5 + [Reason.TOO_MANY_SENT]
    assert await _put(people, UserId("usr_dan"), now=NOON.plus(HOUR)) is Reason.TOO_MANY_SENT
    assert await _put(people, UserId("usr_dan"), now=NOON.plus(DAY)) is None


async def test_all_together_get_so_many_in_an_hour(people: Store) -> None:
    """A ninth message in an hour is somebody's fraud; another way is not touched by it."""
    sent = [
        await _put(people, UserId(f"usr_{who}"), replace(CODE, to=f"{who}{number}"))
        for who in ("ann", "bob", "cyd")
        for number in range(3)
    ]
    assert sent == [None] * 8 + [Reason.TOO_MANY_SENT]
    assert await _put(people, UserId("usr_dan"), replace(CODE, channel=Channel.VOICE)) is None


async def test_racing_requests_do_not_exceed_the_limit(people: Store) -> None:
    """Twenty at once: three are sent."""
    sent = await asyncio.gather(*(_put(people) for _ in range(20)))
    assert sent.count(None) == 3


async def test_a_gateway_that_is_away_is_told(people: Store) -> None:
    """Case 32: no code is no way in; the person hears that another way is needed."""
    assert await _put(people) is None
    async with people.work() as unit:
        (taken,) = await unit.dispatches.take(NOON, lease=1)
        await unit.dispatches.failed(taken.id, fault="away", again=NOON.plus(5))
    assert await _put(people) is Reason.SENDING_STUCK
    assert await _put(people, BOB) is None


async def test_a_phone_is_asked_also_when_it_cannot_be_woken(people: Store) -> None:
    """It finds its question when its page is opened; three prompts are three all the same."""
    prompt = Dispatch(Channel.PUSH, "prq_1", {"request": "prq_1"}, 120)
    for number in range(3):
        assert await _put(people, what=replace(prompt, to=f"prq_{number}")) is None
        async with people.work() as unit:
            (taken,) = await unit.dispatches.take(NOON, lease=1)
            await unit.dispatches.failed(taken.id, fault="away", again=NOON.plus(5))
    assert await _put(people, what=prompt) is Reason.TOO_MANY_SENT


async def test_somebody_tries_whether_it_is_over(people: Store) -> None:
    """Three people wait in vain: the fourth is refused, but every half minute one is let through, so that it ends."""
    for who in ("ann", "bob", "cyd"):
        assert await _put(people, UserId(f"usr_{who}")) is None
    async with people.work() as unit:
        for taken in await unit.dispatches.take(NOON, lease=1):
            await unit.dispatches.failed(taken.id, fault="away", again=NOON.plus(60))
    dan = UserId("usr_dan")
    assert await _put(people, dan, now=NOON.plus(29)) is Reason.SENDING_STUCK
    assert await _put(people, dan, now=NOON.plus(30)) is None


async def test_what_has_no_limits_is_put_in(people: Store) -> None:
    """A factor that says nothing about it."""
    assert [await _put(people, sends=None) for _ in range(9)] == [None] * 9
