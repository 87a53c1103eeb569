"""The outbox is carried: each message at least once, none after its time, and none holds up another."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.ports import NOON, FakeClock
from tests.store.records import ANN, notice, settle

from twogate.rules.signin.messages import Sender
from twogate.services.deliver import LEASE, Deliver
from twogate.store.unit import AuditRow, Store
from twogate.terms.dispatch import Channel, Dispatch, Fault, Waiting
from twogate.terms.events import Event

CODE = Dispatch(Channel.SMS, "+4915112345678", {"code": "246810"}, life=300)
SENDER = Sender("Twogate", "https://api.example.com")


class Gateway:
    """Takes messages, or has the faults it is given, in order."""

    def __init__(self, *faults: Fault | Exception) -> None:
        self.faults = list(faults)
        self.taken: list[Waiting] = []
        self.asked = 0

    async def carry(self, waiting: Waiting) -> Fault | None:
        self.asked += 1
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        self.taken.append(waiting)
        return None


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def deliver(store: Store, fake_clock: FakeClock, gateway: Gateway) -> Deliver:
    await settle(store)
    return Deliver(store, fake_clock, carriers={Channel.SMS: gateway}, sender=SENDER)


async def _put(store: Store, clock: FakeClock, dispatch: Dispatch = CODE) -> None:
    async with store.work() as unit:
        await unit.dispatches.add(ANN, dispatch, now=clock.now())


async def _events(store: Store) -> Sequence[AuditRow]:
    async with store.read() as unit:
        return await unit.audit.list()


async def test_a_code_is_carried_in_words_and_then_erased(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """The text is made for its way, the audit learns that something was sent and neither number nor code."""
    await _put(store, fake_clock)
    await deliver.deliver()
    await deliver.deliver()
    (said,) = gateway.taken
    assert said.dispatch.facts["text"].startswith("246810 is your Twogate code")
    (row,) = await _events(store)
    assert (row.event, row.subject, row.facts) == (Event.USER_MESSAGE_SENT, ANN, {"channel": "sms"})


async def test_a_fault_is_tried_again_later_and_later(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """After 2, 4, 8 seconds; then it arrives, once."""
    gateway.faults = [Fault("away")] * 3
    await _put(store, fake_clock)
    asked = []
    for _ in range(16):
        await deliver.deliver()
        asked.append(gateway.asked)
        fake_clock.advance(1)
    assert [asked.index(count) for count in (1, 2, 3, 4)] == [0, 2, 6, 14]
    assert len(gateway.taken) == 1


async def test_what_is_refused_for_good_is_not_tried_again(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """And the audit says why."""
    gateway.faults = [Fault("the gateway answered 400, error 21211", final=True)]
    await _put(store, fake_clock)
    await deliver.deliver()
    fake_clock.advance(100)
    await deliver.deliver()
    assert gateway.asked == 1
    (row,) = await _events(store)
    assert row.event == Event.USER_MESSAGE_FAILED
    assert row.facts["fault"] == "the gateway answered 400, error 21211"


async def test_a_code_does_not_arrive_after_its_time(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """Case 32: a gateway that is away means no code, however long it lasts; nobody is let in without."""
    gateway.faults = [Fault("away")] * 100
    await _put(store, fake_clock)
    for _ in range(310):
        await deliver.deliver()
        fake_clock.advance(1)
    assert gateway.taken == []
    assert [row.event for row in await _events(store)] == [Event.USER_MESSAGE_FAILED]
    assert gateway.asked == 8


async def test_what_nobody_came_to_send_is_given_up(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """After a day without a process the code of yesterday is not sent."""
    await _put(store, fake_clock)
    fake_clock.advance(86_400)
    await deliver.deliver()
    assert gateway.asked == 0
    (row,) = await _events(store)
    assert row.facts == {"channel": "sms", "fault": "too late"}


async def test_a_carrier_that_stumbles_is_a_fault(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """It names the kind of error only: its text may hold the number."""
    gateway.faults = [ValueError("+4915112345678")]
    await _put(store, fake_clock)
    await deliver.deliver()
    async with store.work() as unit:
        (waiting,) = await unit.dispatches.take(NOON.plus(2), lease=1)
    assert waiting.tries == 2


async def test_a_slow_message_holds_up_no_other(store: Store, fake_clock: FakeClock) -> None:
    """While one is under way the next ones are carried."""
    await settle(store)
    free = asyncio.Event()

    class Slow(Gateway):
        async def carry(self, waiting: Waiting) -> Fault | None:
            if waiting.dispatch.to == "slow":
                await free.wait()
            return await super().carry(waiting)

    slow = Slow()
    deliver = Deliver(store, fake_clock, carriers={Channel.SMS: slow}, sender=SENDER)
    await _put(store, fake_clock, replace(CODE, to="slow"))
    first = asyncio.create_task(deliver.deliver())
    await _until(lambda: len(deliver._under_way) == 1)
    await _put(store, fake_clock)
    second = asyncio.create_task(deliver.deliver())
    await _until(lambda: len(slow.taken) == 1)
    free.set()
    await asyncio.gather(first, second)
    assert [one.dispatch.to for one in slow.taken] == [CODE.to, "slow"]


async def test_a_killed_process_leaves_what_it_had_taken_to_the_next(
    store: Store, fake_clock: FakeClock, deliver: Deliver, gateway: Gateway
) -> None:
    """After the lease: at least once, rather twice than never."""
    await _put(store, fake_clock)
    async with store.work() as unit:
        await unit.dispatches.take(fake_clock.now(), lease=LEASE)
    await deliver.deliver()
    assert gateway.taken == []
    fake_clock.advance(LEASE)
    await deliver.deliver()
    assert len(gateway.taken) == 1


async def test_a_notice_is_marked_and_told_as_one(store: Store, fake_clock: FakeClock, gateway: Gateway) -> None:
    """The portal knows that it went out."""
    await settle(store)
    deliver = Deliver(store, fake_clock, carriers={Channel.EMAIL: gateway}, sender=SENDER)
    async with store.work() as unit:
        await unit.notices.add(notice(1))
    facts = {"notice": "ntc_1", "subject": "Locked", "text": "Ten wrong codes."}
    await _put(store, fake_clock, Dispatch(Channel.EMAIL, "ann@example.com", facts, life=86_400))
    await deliver.deliver()
    async with store.read() as unit:
        assert await unit.notices.of_user(ANN) == [notice(1, sent=NOON)]
    (row,) = await _events(store)
    assert (row.event, row.facts) == (Event.USER_NOTICE_SENT, {"channel": "email", "subject": "Locked"})


async def test_the_second_way_is_taken_once(store: Store, fake_clock: FakeClock, gateway: Gateway) -> None:
    """However often the first way fails."""
    await settle(store)
    seen: list[Any] = []

    async def also(waiting: Waiting) -> None:
        seen.append(waiting.id)

    gateway.faults = [Fault("away")] * 2
    deliver = Deliver(store, fake_clock, carriers={Channel.SMS: gateway}, sender=SENDER, also=also)
    await _put(store, fake_clock)
    for _ in range(8):
        await deliver.deliver()
        fake_clock.advance(1)
    assert gateway.asked == 3
    assert len(seen) == 1


async def test_a_second_way_that_stumbles_holds_up_nothing(
    store: Store, fake_clock: FakeClock, gateway: Gateway
) -> None:
    """The message itself goes its own way a moment later."""
    await settle(store)

    async def also(_waiting: Waiting) -> None:
        raise LookupError

    deliver = Deliver(store, fake_clock, carriers={Channel.SMS: gateway}, sender=SENDER, also=also)
    await _put(store, fake_clock)
    for _ in range(3):
        await deliver.deliver()
        fake_clock.advance(1)
    assert len(gateway.taken) == 1


async def test_a_mail_to_nobody_is_over_in_silence(store: Store, fake_clock: FakeClock, gateway: Gateway) -> None:
    """Somebody without an address reads their notices in the portal."""
    await settle(store)
    deliver = Deliver(store, fake_clock, carriers={Channel.EMAIL: gateway}, sender=SENDER)
    await _put(store, fake_clock, Dispatch(Channel.EMAIL, "", {"subject": "s", "text": "t"}))
    await deliver.deliver()
    assert gateway.asked == 0
    assert await _events(store) == []


async def test_a_way_without_a_carrier_is_over_in_silence(
    store: Store, fake_clock: FakeClock, deliver: Deliver
) -> None:
    """An installation without a mail server fills neither the table nor the audit."""
    await _put(store, fake_clock, replace(CODE, channel=Channel.EMAIL))
    await deliver.deliver()
    assert await _events(store) == []
    async with store.read() as unit:
        assert await unit.dispatches.next_due() is None


async def test_what_this_process_puts_in_is_carried_at_once(store: Store, gateway: Gateway) -> None:
    """Not at the next poll."""
    await settle(store)

    class Patient(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(3600 + seconds)

    clock = Patient()
    running = asyncio.create_task(
        Deliver(store, clock, carriers={Channel.SMS: gateway}, sender=SENDER).run(),
    )
    await asyncio.sleep(0.05)
    await _put(store, clock)
    await _until(lambda: len(gateway.taken) == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


async def _until(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")
