"""What people allow programs of others: asked once, remembered, taken back.

Decides when somebody has to be asked. What they said is written in the unit that also looks at it when a code is
issued, so that taking it back and using it never cross: whoever comes second sees what the first one did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from twogate.services.grant_revocation import revoke_grant
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.client import Client
from twogate.terms.consent import Consent
from twogate.terms.events import Event
from twogate.terms.ids import ClientId, UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.session import Session


@dataclass(frozen=True, slots=True)
class Allowed:
    """A program that somebody has allowed something."""

    consent: Consent
    name: str


async def stands(unit: Unit, user: UserId, client: ClientId, *, scope: Collection[str]) -> bool:
    """Whether this person has allowed at least this; call in the unit that lets something follow from it."""
    await unit.alone(f"consent:{user}:{client}")
    found = await unit.consents.get(user, client)
    return found is not None and set(scope) <= set(found.scope)


async def remember(unit: Unit, user: UserId, client: ClientId, *, scope: Sequence[str], at: Instant) -> None:
    """Keep a yes, and whatever was allowed before, in the unit that lets something follow from it."""
    await unit.alone(f"consent:{user}:{client}")
    before = await unit.consents.get(user, client)
    whole = tuple(dict.fromkeys((*(before.scope if before else ()), *scope)))
    await unit.consents.keep(Consent(user, client, whole, at))


@dataclass(frozen=True, slots=True)
class Consents:
    """The errands around consent."""

    store: Store
    clock: Clock

    async def given(self, session: Session, client: Client, scope: Collection[str], *, since: Instant | None) -> bool:
        """Whether the owner of a session need not be asked; ``since``: only a yes given since then counts."""
        if not client.third_party:
            return True
        async with self.store.read() as unit:
            found = await unit.consents.get(session.user, client.id)
        return found is not None and set(scope) <= set(found.scope) and (since is None or found.given >= since)

    async def allow(self, session: Session, client: Client, scope: Sequence[str], *, caller: Caller) -> None:
        """Remember a yes."""
        async with self.store.work() as unit:
            await remember(unit, session.user, client.id, scope=scope, at=self.clock.now())
            await self._note(
                unit, Event.CLIENT_CONSENT_GIVEN, session, client=client.id, caller=caller, scope=" ".join(scope)
            )

    async def deny(self, session: Session, client: Client, *, caller: Caller) -> None:
        """Write down a no; what was allowed before is taken back by ``withdraw`` alone."""
        async with self.store.work() as unit:
            await self._note(unit, Event.CLIENT_CONSENT_DENIED, session, client=client.id, caller=caller)

    async def of(self, user: UserId) -> list[Allowed]:
        """What somebody has allowed, oldest first."""
        async with self.store.read() as unit:
            found = await unit.consents.of_user(user)
            named = [(one, await unit.clients.get(one.client)) for one in found]
        return [Allowed(one, client.name if client else one.client) for one, client in named]

    async def withdraw(self, session: Session, client: ClientId, *, caller: Caller) -> int | None:
        """Take it back and end what the program got in this name; return the change that gateways must apply."""
        number, now = None, self.clock.now()
        async with self.store.work() as unit:
            await unit.alone(f"consent:{session.user}:{client}")
            if not await unit.consents.remove(session.user, client):
                return None
            for grant in await unit.grants.of_user(session.user):
                if grant.client == client:
                    number = await revoke_grant(unit, grant.id, now=now) or number
            await self._note(unit, Event.CLIENT_CONSENT_WITHDRAWN, session, client=client, caller=caller)
        return number

    async def _note(
        self,
        unit: Unit,
        event: Event,
        session: Session,
        *,
        client: ClientId,
        caller: Caller,
        **facts: str,
    ) -> None:
        await unit.audit.append(
            event,
            at=self.clock.now(),
            actor=session.user,
            subject=session.user,
            request_id=caller.request_id,
            address=caller.address,
            facts={"client": client, **facts},
        )
