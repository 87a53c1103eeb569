"""Sign-in for devices (RFC 8628), the person's side: type the code that the device shows, say yes or no.

Decides what guards the person: the code is always typed, so a link sent by a stranger approves nothing; five wrong
codes in a row and the account waits; one answer counts. That whoever says yes has just proved as much as their account
can is for ``web.pages.device``.
"""

from dataclasses import dataclass

from twogate.rules.protocols.oauth2.rfc8628_device_grant import user_code
from twogate.services import consent
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.device_request import DeviceRequest
from twogate.terms.events import Event
from twogate.terms.ids import GrantId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.session import Grant, Session
from twogate.terms.verdict import Refused

TRIES = 5  # wrong codes in a row for one account
LOCK = 600  # seconds an account waits then
_NEVER = 10_000_000  # a cap that no account reaches: nothing is disabled for good here


@dataclass(frozen=True, slots=True)
class Found:
    """A device that waits, and the program that runs on it."""

    request: DeviceRequest
    client: Client


@dataclass(frozen=True, slots=True)
class DeviceApproval:
    """Takes the answers of people."""

    store: Store
    clock: Clock
    entropy: Entropy
    audience: str

    async def find(self, session: Session, typed: str) -> Found | Refused:
        """Return the device that shows this code; a wrong one counts."""
        async with self.store.work() as unit:
            return await self._find(unit, session, typed)

    async def answer(self, session: Session, typed: str, *, allow: bool, caller: Caller) -> Found | Refused:
        """Say yes or no, once. Whoever says yes is known to have proved enough."""
        async with self.store.work() as unit:
            found = await self._find(unit, session, typed)
            if isinstance(found, Refused):
                return found
            now = self.clock.now()
            grant = await self._approve(unit, session, found, now=now) if allow else None
            done = grant is not None or (not allow and await unit.device_requests.deny(found.request.digest, now))
            if not done:
                return Refused(Reason.USER_CODE_UNKNOWN, "answered meanwhile, or the session has ended")
            await unit.audit.append(
                Event.CLIENT_DEVICE_APPROVED if allow else Event.CLIENT_DEVICE_DENIED,
                at=now,
                actor=session.user,
                subject=found.client.id,
                request_id=caller.request_id,
                address=caller.address,
                facts={"asked_from": found.request.address, "scope": " ".join(found.request.scope)}
                | ({"grant": grant} if grant else {}),
            )
            return found

    async def _find(self, unit: Unit, session: Session, typed: str) -> Found | Refused:
        now, key = self.clock.now(), f"device_code:{session.user}"
        budget = await unit.budgets.reserve(key, now=now, limit=TRIES, lock_seconds=LOCK, cap=_NEVER)
        if not budget.allowed:
            return Refused(Reason.LOCKED)
        code = user_code.read(typed)
        request = await unit.device_requests.waiting(user_code.digest(code), now) if code else None
        client = await unit.clients.get(request.client) if request else None
        if request is None or client is None or client.blocked is not None:
            return Refused(Reason.USER_CODE_UNKNOWN)
        await unit.budgets.clear(key)
        return Found(request, client)

    async def _approve(self, unit: Unit, session: Session, found: Found, *, now: Instant) -> GrantId | None:
        request, client = found.request, found.client
        user, live = await unit.users.get(session.user), await unit.sessions.get(session.id)
        if user is None or user.blocked is not None or live is None or live.ended is not None:
            return None
        grant = Grant(
            id=GrantId(new_id("gnt", self.entropy)),
            client=request.client,
            user=session.user,
            session=session.id,
            scope=request.scope,
            audience=self.audience,
            created=now,
            last_expiry=now,
        )
        if not await unit.device_requests.approve(request.digest, grant=grant.id, proofs=live.proofs, at=now):
            return None
        await unit.grants.add(grant)
        if client.third_party:  # the page said what it may: that yes is listed, and can be taken back
            await consent.remember(unit, session.user, client.id, scope=request.scope, at=now)
        return grant.id
