"""An administrator's errands with tokens that have serials: bring them in, give them out, take them back.

Decides that a serial is brought in once, belongs to one person, and that its counter never goes back: taken from its
owner it waits with the counter it had. What files look like is ``rules.factors.seeds``; how somebody takes a token
themselves is ``services.stock``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twogate.rules.factors.contract import Accepted, Factor
from twogate.rules.factors.hardware_token import HardwareToken as Oath
from twogate.rules.factors.hardware_token import label_of, pair_of, read_serial
from twogate.rules.factors.seeds.seed import Delivery, Seed
from twogate.services.authenticators import Authenticators, SetUp, taken
from twogate.services.session_ends import end_session
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import Credential, User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.hardware_token import HardwareToken
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_BATCH = 500  # tokens in one unit: others get their turn in between
_FURTHER = 10  # an administrator looks that many times as far as a sign-in does


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What a delivery came to. ``known``: serials that were here already, left as they are."""

    added: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A token is nobody's again; ``change`` is for ``Changes.in_force`` where sessions ended with it."""

    token: HardwareToken
    user: User
    change: int | None


class HardwareTokens:
    """What the command calls."""

    def __init__(self, store: Store, clock: Clock, *, authenticators: Authenticators) -> None:
        self._store = store
        self._clock = clock
        self._authenticators = authenticators

    async def bring_in(self, delivery: Delivery, *, reserved: bool, actor: str) -> BroughtIn:
        """Add what is new; ``reserved``: only an administrator gives these out."""
        added: list[str] = []
        known: list[str] = []
        for at in range(0, len(delivery.seeds), _BATCH):
            async with self._store.work() as unit:
                for seed in delivery.seeds[at : at + _BATCH]:
                    fresh = await self._add(unit, seed, reserved=reserved)
                    (added if fresh else known).append(seed.serial)
        if added:
            async with self._store.work() as unit:
                facts: dict[str, Any] = {"count": len(added), "first": added[0], "last": added[-1]}
                await self._note(unit, Event.ADMIN_HARDWARE_TOKENS_IMPORTED, actor=actor, facts=facts)
        return BroughtIn(tuple(added), tuple(known))

    async def list(self, *, after: HardwareToken | None = None, limit: int = _BATCH) -> Sequence[HardwareToken]:
        """By serial."""
        async with self._store.read() as unit:
            return await unit.hardware_tokens.list(after=after, limit=limit)

    async def assign(
        self, serial: str, user: UserId, *, code: Secret | None, actor: str
    ) -> Passed[HardwareToken] | Refused:
        """Give a waiting token to somebody; with ``code`` only if it shows that the token is the one of this serial."""
        now = self._clock.now()
        try:
            async with self._store.work() as unit:
                token, owner = await self._found(unit, serial), await unit.users.get(user)
                if isinstance(token, Refused):
                    return token
                if owner is None:
                    return Refused(Reason.NOT_FOUND, "no such account")
                made = self._set_up(token, code, now)
                if isinstance(made, Refused):
                    return made
                if await taken(unit, made):
                    return Refused(Reason.ALREADY_ENROLLED)
                await self._authenticators.add(unit, owner, made, caller=_desk(actor), by_administrator=True)
                facts: dict[str, Any] = {"serial": token.serial, "factor": token.factor}
                await self._note(unit, Event.ADMIN_HARDWARE_TOKEN_ASSIGNED, actor=actor, subject=owner.id, facts=facts)
                return Passed(await unit.hardware_tokens.get(token.factor, token.serial) or token)
        except Conflict:
            return Refused(Reason.ALREADY_ENROLLED, "somebody else was given it meanwhile")

    async def unassign(self, serial: str, *, actor: str) -> Passed[Unassigned] | Refused:
        """Take a token from its owner. Sessions that rest on it end; it waits where its counter stands."""
        async with self._store.work() as unit:
            held = await self._held(unit, serial)
            if isinstance(held, Refused):
                return held
            token, owner, credential = held
            desk = _desk(actor)
            await self._authenticators.remove(unit, owner, credential, actor=actor, caller=desk, lost=True)
            change = None
            for session in await unit.sessions.of_user(owner.id):
                if any(proof.credential == credential.id for proof in session.proofs):
                    number = await end_session(unit, session, actor=actor, caller=desk, at=self._clock.now())
                    change = number or change
            facts: dict[str, Any] = {"serial": token.serial, "factor": token.factor}
            await self._note(unit, Event.ADMIN_HARDWARE_TOKEN_UNASSIGNED, actor=actor, subject=owner.id, facts=facts)
            return Passed(
                Unassigned(await unit.hardware_tokens.get(token.factor, token.serial) or token, owner, change)
            )

    async def resynchronise(self, serial: str, codes: Sequence[str], *, actor: str) -> Passed[HardwareToken] | Refused:
        """Find a token again by two codes in a row, further away than a sign-in looks (RFC 4226 section 7.4)."""
        try:
            async with self._store.work() as unit:
                held = await self._held(unit, serial)
                if isinstance(held, Refused):
                    return held
                token, owner, credential = held
                factor = self._factor(token)
                pair = pair_of(credential.state, codes) if isinstance(factor, Oath) else None
                if pair is None or not isinstance(factor, Oath):
                    return Refused(Reason.CODE_MALFORMED)
                moved = factor.resynchronise(credential.state, pair, self._clock.now(), reach=_FURTHER)
                if isinstance(moved, Refused):
                    return moved
                await unit.credentials.replace(credential.id, version=credential.version, state=moved.value, used=None)
                event = Event.ADMIN_HARDWARE_TOKEN_RESYNCHRONISED
                await self._note(unit, event, actor=actor, subject=owner.id, facts={"serial": token.serial})
                return Passed(token)
        except Conflict:
            return Refused(Reason.BUSY, "it is being used right now")

    async def remove(self, serial: str, *, actor: str) -> Passed[HardwareToken] | Refused:
        """Forget a token that is nobody's."""
        async with self._store.work() as unit:
            token = await self._found(unit, serial)
            if isinstance(token, Refused):
                return token
            if token.credential is not None and await unit.credentials.get(token.credential) is not None:
                return Refused(Reason.ALREADY_ENROLLED, "it is somebody's; take it back first")
            await unit.hardware_tokens.remove(token.factor, token.serial)
            await self._note(
                unit,
                Event.ADMIN_HARDWARE_TOKEN_REMOVED,
                actor=actor,
                facts={"serial": token.serial, "factor": token.factor},
            )
            return Passed(token)

    async def _add(self, unit: Unit, seed: Seed, *, reserved: bool) -> bool:
        token = HardwareToken(seed.factor, seed.serial, seed.model, seed.state, self._clock.now(), reserved=reserved)
        if await unit.hardware_tokens.get(seed.factor, seed.serial) is not None:
            return False
        if await unit.credentials.by_identifier(seed.factor, seed.serial) is not None:
            return False  # somebody has it already, by way of a validation server
        await unit.hardware_tokens.add(token)
        return True

    def _set_up(self, token: HardwareToken, code: Secret | None, now: Instant) -> SetUp | Refused:
        """The authenticator that a waiting token becomes."""
        factor = self._factor(token)
        if token.state is None:
            return Refused(Reason.ALREADY_ENROLLED, "it is somebody's")
        state = token.state
        if code is not None:
            checked = factor.check(state, code, now)
            if isinstance(checked, Refused):
                return checked
            state = checked.value.next_state or state
        label = label_of({"model": token.model, "serial": token.serial})
        return SetUp(factor, Accepted(state, factor.nature(state), label), None, now)

    async def _found(self, unit: Unit, serial: str) -> HardwareToken | Refused:
        """A token by what is printed on it, in any case."""
        names = {serial.strip(), read_serial(serial) or "", serial.strip().lower()} - {""}
        found = [token for name in sorted(names) for token in await unit.hardware_tokens.by_serial(name)]
        if not found:
            return Refused(Reason.NOT_FOUND, "no token of that serial")
        return found[0]

    async def _held(self, unit: Unit, serial: str) -> tuple[HardwareToken, User, Credential] | Refused:
        """A token that is somebody's, and what it is for them."""
        token = await self._found(unit, serial)
        if isinstance(token, Refused):
            return token
        credential = await unit.credentials.get(token.credential) if token.credential else None
        owner = await unit.users.get(token.user) if token.user else None
        if credential is None or owner is None:
            why = (
                "its owner removed it, and its counter is not known; remove and import it"
                if token.user
                else "it is nobody's"
            )
            return Refused(Reason.NOT_FOUND, why)
        return token, owner, credential

    def _factor(self, token: HardwareToken) -> Factor:
        factor = self._authenticators.registry.get(token.factor)
        if factor is None:
            raise LookupError(f"no factor is called {token.factor}")
        return factor

    async def _note(self, unit: Unit, event: Event, *, actor: str, subject: str = "", facts: dict[str, Any]) -> None:
        await unit.audit.append(event, at=self._clock.now(), actor=actor, subject=subject, facts=facts)


def _desk(actor: str) -> Caller:
    """An administrator acts from no address of the account's owner."""
    return Caller(address="", user_agent=f"an administrator ({actor})", request_id="")
