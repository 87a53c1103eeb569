"""Let a client prove itself, and count those who could not (RFC 6749 section 2.3.1).

A signed statement is used up in the unit that takes it: on no node is it taken a second time (RFC 7523 section 3).

Decides when an address that keeps presenting wrong client secrets has to wait. A right secret always passes: it has
256 bits, so waiting protects the log and the database, not the secret; nobody can lock a client out.
"""

from dataclasses import dataclass

from twogate.rules.protocols.jose.compact import Jws
from twogate.rules.protocols.oauth2.rfc6749_framework import client_authentication as rule
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal, TooManyFailures
from twogate.rules.protocols.oauth2.rfc7523_jwt_client_authentication import assertion
from twogate.services.client_keys import ClientKeys
from twogate.settings.tokens import Tokens
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.client import AuthMethod, Client
from twogate.terms.events import Event
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_NEVER = 1_000_000_000  # failures; no client is ever switched off by strangers


@dataclass(frozen=True, slots=True)
class ClientAuthentication:
    """Checks presented credentials in a unit, and counts a failure after it."""

    store: Store
    clock: Clock
    settings: Tokens
    issuer: str
    keys: ClientKeys | None = None  # None: no key set is read anywhere

    async def ready(self, presented: rule.Presented) -> None:
        """Read the client's key set anew where it is needed; call it before the unit opens."""
        if self.keys is not None:
            await self.keys.ready(presented)

    async def check(
        self,
        unit: Unit,
        presented: rule.Presented,
        *,
        known: Client | None = None,
    ) -> Client | InvalidClient:
        """Return the client, or that it is none. ``known``: it was read in this unit already.

        Writes nothing but that a statement was used up; who presents one needs a unit of work.
        """
        client = known or await unit.clients.get(presented.client)
        refused = rule.check(client, presented)
        if refused is not None or client is None:
            return refused or InvalidClient(Reason.CLIENT_REFUSED)
        if client.auth_method is AuthMethod.PRIVATE_KEY_JWT and presented.assertion is not None:
            return await self._stated(unit, client, presented.assertion)
        return client

    async def _stated(self, unit: Unit, client: Client, statement: Jws) -> Client | InvalidClient:
        match assertion.check(statement, client, issuer=self.issuer, now=self.clock.now()):
            case Refused(reason, detail):
                return InvalidClient(reason, detail=detail)
            case Passed(mark):
                if await unit.replays.spend(mark.digest, mark.until):
                    return client
                return InvalidClient(Reason.CLIENT_REFUSED, detail="the statement was used before")

    async def count(self, presented: rule.Presented, caller: Caller, *, detail: str = "") -> OAuthRefusal:
        """Count one failure, write it down, and return what the caller is told; ``detail`` is for the operator."""
        now = self.clock.now()
        async with self.store.work() as unit:
            known = await unit.clients.get(presented.client)
            name = known.id if known else "unknown"  # not what a stranger sent: it would fill the database
            budget = await unit.budgets.reserve(
                f"client:{name}:{caller.neighbourhood}",
                now=now,
                limit=self.settings.client_failures,
                lock_seconds=self.settings.client_lock,
                cap=_NEVER,
            )
            if budget.allowed or budget.just_locked:
                await unit.audit.append(
                    Event.CLIENT_AUTHENTICATION_REFUSED,
                    at=now,
                    actor=name,
                    subject=name,
                    request_id=caller.request_id,
                    address=caller.address,
                    facts={"failures": budget.failures},
                )
        if budget.allowed:
            return InvalidClient(Reason.CLIENT_REFUSED, detail=detail)
        wait = budget.locked_until.since(now) if budget.locked_until else self.settings.client_lock
        return TooManyFailures(Reason.LOCKED, retry_after=max(1, int(wait)))
