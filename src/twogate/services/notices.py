"""Tell owners of accounts what happened: at once in the portal, by mail from an outbox.

Decides when a mail is tried again. A notice is a row of the same unit of work as what it tells of, so neither is lost
alone, and a mail server that is away never holds up a sign-in.
"""

from typing import Protocol

from twogate.rules.signin.notices import NoticeKind, write
from twogate.store.unit import Store, StoreUnavailable, Unit
from twogate.terms.account import Notice, User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import NoticeId, new_id
from twogate.terms.instant import Instant
from twogate.terms.letter import Letter
from twogate.terms.ports import Clock, Entropy

GIVE_UP_AFTER = 86_400  # seconds; the portal still shows the notice
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 300.0
_SERVER_IS_AWAY = 3  # failures in one round after which the rest waits for the next one


async def tell(
    unit: Unit, user: User, kind: NoticeKind, *, what: str = "", at: Instant, caller: Caller, entropy: Entropy
) -> None:
    """Put a notice into the portal and the outbox."""
    subject, text = write(kind, what=what, at=at, caller=caller)
    await unit.notices.add(Notice(NoticeId(new_id("ntc", entropy)), user.id, subject, text, created=at))


class Mail(Protocol):
    """Carries a letter; ``outside.mail`` is the real one."""

    async def send(self, letter: Letter) -> str:
        """Return what went wrong, or nothing."""


class Outbox:
    """Sends what waits, oldest first; run one in each control process."""

    def __init__(self, store: Store, clock: Clock, mail: Mail | None) -> None:
        self._store = store
        self._clock = clock
        self._mail = mail

    async def run(self) -> None:
        """Send for ever; after a failure wait longer and longer."""
        wait = _FIRST_WAIT
        while True:
            try:
                failures = await self.deliver()
            except StoreUnavailable:
                failures = 1
            wait = min(wait * 2, _LONGEST_WAIT) if failures else _FIRST_WAIT
            await self._clock.sleep(wait)

    async def deliver(self) -> int:
        """Try everything that waits once; return how many could not be sent."""
        async with self._store.read() as unit:
            waiting = await unit.notices.unsent(limit=100)
            people = {notice.user: await unit.users.get(notice.user) for notice in waiting}
        failures = 0
        for notice in waiting:
            failures += not await self._deliver(notice, people[notice.user])
            if failures == _SERVER_IS_AWAY:
                break
        return failures

    async def _deliver(self, notice: Notice, user: User | None) -> bool:
        if self._mail is None or user is None or not user.email:
            return await self._done(notice)
        fault = await self._mail.send(Letter(user.email, notice.subject, notice.text))
        if not fault:
            return await self._done(notice, event=Event.USER_NOTICE_SENT)
        if self._clock.now().since(notice.created) > GIVE_UP_AFTER:
            return await self._done(notice, event=Event.USER_NOTICE_FAILED, fault=fault)
        return False

    async def _done(self, notice: Notice, *, event: Event | None = None, fault: str = "") -> bool:
        now = self._clock.now()
        async with self._store.work() as unit:
            await unit.notices.mark_sent(notice.id, now)
            if event is not None:
                facts = {"subject": notice.subject, **({"fault": fault} if fault else {})}
                await unit.audit.append(event, at=now, actor="system", subject=notice.user, facts=facts)
        return True
