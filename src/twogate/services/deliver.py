"""Carry what waits in the outbox: codes, prompts, notices; each at least once, none after its time.

Decides when a try follows another, and when it is over. A dispatch is taken with a lease by one of the control
processes; a gateway that is away never holds up a sign-in, and one slow message holds up no other. A fault that is
told names neither address nor content.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Protocol

import structlog

from twogate.rules.signin.messages import Sender, worded
from twogate.store.unit import Store, StoreUnavailable, Unit
from twogate.terms.dispatch import Channel, Fault, Waiting
from twogate.terms.events import Event
from twogate.terms.ids import NoticeId
from twogate.terms.ports import Clock

LEASE = 90.0  # seconds: longer than any carrier's timeout
POLL = 2.0  # seconds: what another process put in is seen after so long
FIRST_WAIT = 2.0
LONGEST_WAIT = 300.0
_MOST_AT_ONCE = 20
_log = structlog.get_logger("twogate.deliver")


class Carrier(Protocol):
    """Carries a message one way; the real ones are in ``outside``."""

    async def carry(self, waiting: Waiting) -> Fault | None:
        """Return what went wrong, or nothing. ``facts`` have the ``text``, for mail the ``subject`` too."""


Also = Callable[[Waiting], Awaitable[None]]


class Deliver:
    """Run one in each control process."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        carriers: Mapping[Channel, Carrier],
        sender: Sender,
        also: Also | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._carriers = carriers
        self._sender = sender
        self._also = also  # a second way for what was taken the first time
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver for ever: at once what this process put in, and every other second what others did."""
        try:
            while True:
                await self._begin()
                await self._pause()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def deliver(self) -> None:
        """Try everything that is due once, and wait until it was tried."""
        await self._begin()
        await asyncio.gather(*self._under_way)

    async def _begin(self) -> None:
        room = _MOST_AT_ONCE - len(self._under_way)
        now = self._clock.now()
        async with self._store.read() as unit:
            due = await unit.dispatches.next_due()
        if room <= 0 or due is None or due > now:
            return
        async with self._store.work() as unit:
            await self._expire(unit)
            taken = await unit.dispatches.take(now, lease=LEASE, limit=room)
        for one in taken:
            task = asyncio.create_task(self._carry(one))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _carry(self, waiting: Waiting) -> None:
        facts = worded(waiting.dispatch, self._sender)
        said = replace(waiting, dispatch=replace(waiting.dispatch, facts=facts))
        try:
            if self._also is not None and waiting.tries == 1:
                await self._also(said)
            carrier = None if _nowhere(waiting) else self._carriers.get(waiting.dispatch.channel)
            fault = None if carrier is None else await carrier.carry(said)
        except Exception as error:  # noqa: BLE001  # whatever a carrier stumbles over, the others go on
            carrier, fault = None, Fault(f"the carrier stumbled: {type(error).__name__}")
        try:
            await self._settle(waiting, fault, told=carrier is not None)
        except StoreUnavailable:
            _log.warning("what became of a message could not be written; it is tried again", id=waiting.id)

    async def _settle(self, waiting: Waiting, fault: Fault | None, *, told: bool = True) -> None:
        now = self._clock.now()
        if fault is None:
            async with self._store.work() as unit:
                if await unit.dispatches.sent(waiting.id, now) and told:
                    await self._note(unit, waiting, Event.USER_MESSAGE_SENT)
            return
        again = now.plus(min(FIRST_WAIT * 2 ** (waiting.tries - 1), LONGEST_WAIT))
        over = fault.final or again >= waiting.expires
        _log.warning("message not carried", channel=waiting.dispatch.channel, fault=fault.what, over=over)
        async with self._store.work() as unit:
            await unit.dispatches.failed(waiting.id, fault=fault.what, again=None if over else again)
            if over:
                await self._note(unit, waiting, Event.USER_MESSAGE_FAILED, fault=fault.what)

    async def _note(self, unit: Unit, waiting: Waiting, event: Event, *, fault: str = "") -> None:
        now, facts = self._clock.now(), waiting.dispatch.facts
        if notice := facts.get("notice"):
            await unit.notices.mark_sent(NoticeId(notice), now)
            event = Event.USER_NOTICE_FAILED if event is Event.USER_MESSAGE_FAILED else Event.USER_NOTICE_SENT
        told = {"channel": str(waiting.dispatch.channel), **({"fault": fault} if fault else {})}
        if "subject" in facts:
            told["subject"] = facts["subject"]
        await unit.audit.append(event, at=now, actor="system", subject=waiting.user, facts=told)

    async def _expire(self, unit: Unit) -> None:
        now = self._clock.now()
        for row in await unit.dispatches.expire(now):
            facts = {"channel": row["channel"], "fault": row["fault"] or "too late"}
            await unit.audit.append(Event.USER_MESSAGE_FAILED, at=now, actor="system", subject=row["user"], facts=facts)

    async def _pause(self) -> None:
        """Until something is put in, something comes due, or the poll."""
        async with self._store.read() as unit:
            due = await unit.dispatches.next_due()
        wait = POLL if due is None else min(POLL, max(0.05, due.since(self._clock.now())))
        woken = asyncio.create_task(self._store.dispatched.wait())
        slept = asyncio.create_task(self._clock.sleep(wait))
        try:
            await asyncio.wait((woken, slept), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (woken, slept):
                task.cancel()
            await asyncio.gather(woken, slept, return_exceptions=True)
            self._store.dispatched.clear()


def _nowhere(waiting: Waiting) -> bool:
    """Whether it is for somebody without a mail address: the portal has their notices."""
    return waiting.dispatch.channel is Channel.EMAIL and not waiting.dispatch.to
