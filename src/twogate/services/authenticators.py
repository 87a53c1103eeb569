"""Check proofs and set up authenticators: the part of the errand that hashes, and the part that saves.

Decides that hashing happens outside units of work, and that a proof counts only with its compare-and-set. Whether
a proof is good is for ``rules.factors``, whether one may be given at all for ``rules.signin``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, Factor, FactorState, Role
from twogate.rules.factors.registry import Registry
from twogate.rules.recovery.given_up import given_up
from twogate.rules.signin.notices import NoticeKind
from twogate.services.hashing import HashingPool, Seat
from twogate.services.notices import tell
from twogate.services.session_ends import end_session
from twogate.services.stock import Stock, take
from twogate.store.unit import Conflict, Unit
from twogate.terms.account import Credential, User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId, SessionId, UserId, new_id
from twogate.terms.instant import Instant
from twogate.terms.owed import Owed
from twogate.terms.ports import Clock, Entropy
from twogate.terms.proof import Proof
from twogate.terms.secret import Secret
from twogate.terms.undo import NOTHING, Concerned
from twogate.terms.verdict import Passed, Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Good:
    """A good proof that does not count yet: ``save`` it."""

    credential: Credential
    checked: Checked
    at: Instant

    @property
    def proof(self) -> Proof:
        return Proof(self.credential.factor, self.credential.id, self.checked.nature, self.at)


@dataclass(frozen=True, slots=True)
class Bad:
    """No good proof; ``credential``: the one it was meant for, where the factor could tell."""

    refused: Refused
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    """A new authenticator that does not count yet, perhaps with recovery codes beside it."""

    factor: Factor
    accepted: Accepted
    recovery: Begin | None = field(repr=False)
    at: Instant


@dataclass(frozen=True, slots=True)
class Bound:
    """A new authenticator is saved: the proof that setting it up was, and the changes for ``Changes.in_force``."""

    proof: Proof
    ended: tuple[int, ...] = ()  # of sessions that rested on what it replaced


class Authenticators:
    """Everything that is done with credentials."""

    def __init__(
        self, registry: Registry, hashing: HashingPool, *, clock: Clock, entropy: Entropy, stock: Stock | None = None
    ) -> None:
        self.registry = registry
        self.hashing = hashing
        self._clock = clock
        self._entropy = entropy
        self._stock = stock
        self._decoys = {factor.name: factor.decoy(entropy) for factor in registry.factors}

    async def check(
        self,
        factor: Factor,
        credentials: Sequence[Credential],
        given: Secret,
        *,
        asked: FactorState | None = None,
        seat: Seat | None,
    ) -> Good | Bad:
        """Check against each credential of this factor; without any, against a decoy that costs the same.

        A proof that names its credential is checked against that one alone.
        """
        if self._stock is not None:
            states = [one.state for one in credentials]
            asked = await self._stock.answered(factor, states, given, asked=asked)
        now = self._clock.now()

        def hashed() -> Good | Bad:
            named = factor.addressed(given)
            bad = None
            for credential in credentials:
                if named and credential.identifier not in {None, named}:
                    continue
                verdict = factor.check(credential.state, given, now, asked=asked)
                if isinstance(verdict, Passed):
                    return Good(credential, verdict.value, now)
                bad = bad or Bad(verdict, credential)
            return bad or Bad(_never(factor.check(self._decoys[factor.name], given, now, asked=asked), factor))

        return await _run(hashed, seat, slow=factor.slow)

    async def save(self, unit: Unit, good: Good) -> None:
        """Make the proof count: its credential is still what it was, and moves on.

        Raises ``Conflict`` when it is not: used, changed, disabled or removed meanwhile.
        """
        credential = good.credential
        if good.checked.next_state is not None:
            await unit.credentials.replace(
                credential.id, version=credential.version, state=good.checked.next_state, used=good.at
            )
            return
        present = await unit.credentials.get(credential.id)
        if present is None or present.version != credential.version:
            raise Conflict("the credential was changed meanwhile")

    async def accept(
        self,
        factor: Factor,
        memory: dict[str, object],
        given: Secret,
        *,
        owner: UserId | None = None,
        recovery_for: Account | None,
        seat: Seat | None,
    ) -> SetUp | Begin | Refused:
        """Finish setting one up; with ``recovery_for`` make recovery codes for that account beside it.

        ``Begin``: there is one step more, with another offer. ``owner``: who may claim a thing that waits for one.
        """
        if self._stock is not None and owner is not None:
            claimed = await self._stock.claimed(factor, memory, given, owner=owner)
            if isinstance(claimed, Refused):
                return claimed
            memory = claimed
        now = self._clock.now()
        spare = self.registry.of_role(Role.RECOVERY)[0]

        def hashed() -> SetUp | Begin | Refused:
            verdict = factor.accept(memory, given, now)
            if isinstance(verdict, Refused):
                return verdict
            if isinstance(verdict.value, Begin):
                return verdict.value
            recovery = spare.offer(recovery_for, self._entropy) if recovery_for else None
            return SetUp(factor, verdict.value, recovery, now)

        return await _run(hashed, seat, slow=factor.slow or recovery_for is not None)

    async def make_recovery(self, account: Account, *, seat: Seat) -> Begin:
        """Make recovery codes. They work once ``replace_recovery`` has saved them."""
        spare = self.registry.of_role(Role.RECOVERY)[0]
        return await seat.run(lambda: spare.offer(account, self._entropy))

    async def make_first(self, account: Account, given: Secret, *, seat: Seat) -> SetUp | Refused:
        """Make a password of what was given, if it may be one. It works once ``put_first`` has saved it."""
        first = self.registry.first
        memory = first.offer(account, self._entropy).remember
        made = await self.accept(first, memory, given, recovery_for=None, seat=seat)
        if isinstance(made, Begin):
            raise TypeError(f"{first.name} is set up in one step")
        return made

    async def put_first(self, unit: Unit, user: User, made: SetUp) -> Proof:
        """Put a password in the place of the old one, under a new id: proofs by the old one are worth nothing now."""
        for old in await unit.credentials.of_user(user.id):
            if old.factor == made.factor.name:
                await unit.credentials.remove(old.id)
        credential = self._new(user, made.factor, made.accepted)
        await unit.credentials.add(credential)
        await unit.obligations.clear(user.id, Owed.PASSWORD_CHANGE)
        return Proof(made.factor.name, credential.id, made.accepted.nature, made.at)

    async def disable(
        self,
        unit: Unit,
        user: User,
        credential: Credential,
        *,
        why: NoticeKind = NoticeKind.FACTOR_CLONED,
        caller: Caller,
        keep: SessionId | None = None,
    ) -> tuple[int, ...]:
        """Switch an authenticator off that cannot be trusted any more, end what rests on it, and tell its owner.

        Return the changes that end it at the gateways.
        """
        now, factor = self._clock.now(), self.registry.get(credential.factor)
        await unit.credentials.set_disabled(credential.id, now)
        ended = await self._end_resting_on(unit, credential, caller=caller, keep=keep)
        if factor is not None:
            await self._note(unit, Event.USER_FACTOR_DISABLED, user, factor=factor, actor=user.id, caller=caller)
            await self._tell(unit, user, why, what=credential.label, caller=caller)
        return ended

    async def add(
        self,
        unit: Unit,
        user: User,
        made: SetUp,
        *,
        after: Sequence[Proof] = (),
        caller: Caller,
        by_administrator: bool = False,
        keep: SessionId | None = None,
    ) -> Bound:
        """Save a new authenticator.

        ``after``: the proofs shown before. When they say that something was lost it goes, and with it the sessions
        that rest on it, but for ``keep``, whose proofs the caller sees to.
        """
        seconds = {factor.name for factor in self.registry.of_role(Role.SECOND)}
        lost = given_up(await unit.credentials.of_user(user.id), after, kind=made.factor.name, seconds=seconds)
        ended: tuple[int, ...] = ()
        for credential in lost.replaced:
            await self.remove(unit, user, credential, actor=user.id, caller=caller, lost=True)
            ended += await self._end_resting_on(unit, credential, caller=caller, keep=keep)
        for credential in lost.off:
            ended += await self.disable(unit, user, credential, why=NoticeKind.FACTOR_LOST, caller=caller, keep=keep)
        credential = self._new(user, made.factor, made.accepted)
        await take(unit, made.factor, credential, at=made.at, by_administrator=by_administrator)
        await unit.credentials.add(credential)
        if made.factor.role is not Role.FIRST:
            await unit.users.mark_enrolled(user.id)
        await self._note(unit, Event.USER_FACTOR_ENROLLED, user, factor=made.factor, actor=user.id, caller=caller)
        what = made.factor.prompt.title
        about = Concerned(added=credential.id)
        await self._tell(unit, user, NoticeKind.FACTOR_ENROLLED, what=what, caller=caller, about=about)
        if made.recovery is not None:
            await self.replace_recovery(unit, user, made.recovery, actor=user.id, caller=caller)
        return Bound(Proof(made.factor.name, credential.id, made.accepted.nature, made.at), ended)

    async def remove(
        self, unit: Unit, user: User, credential: Credential, *, actor: str, caller: Caller, lost: bool = False
    ) -> None:
        """Remove an authenticator. ``lost``: nobody may bring it back, whoever reads its owner's mail."""
        await unit.credentials.remove(credential.id)
        factor = self.registry.get(credential.factor)
        if factor is not None:
            await self._note(unit, Event.USER_FACTOR_REMOVED, user, factor=factor, actor=actor, caller=caller)
            about = NOTHING if lost else Concerned(removed=credential)
            await self._tell(
                unit, user, NoticeKind.FACTOR_REMOVED, what=factor.prompt.title, caller=caller, about=about
            )

    async def replace_recovery(self, unit: Unit, user: User, made: Begin, *, actor: str, caller: Caller) -> None:
        """Put new recovery codes in the place of old ones."""
        spare = self.registry.of_role(Role.RECOVERY)[0]
        old = [one for one in await unit.credentials.of_user(user.id) if one.factor == spare.name]
        for credential in old:
            await unit.credentials.remove(credential.id)
        new = self._new(user, spare, Accepted(made.remember, spare.nature(made.remember)))
        await unit.credentials.add(new)
        event = Event.USER_RECOVERY_CODES_REPLACED
        await self._note(unit, event, user, factor=spare, actor=actor, caller=caller)
        if old:
            about = Concerned(added=new.id)
            await self._tell(unit, user, NoticeKind.RECOVERY_CODES_REPLACED, caller=caller, about=about)

    async def _end_resting_on(
        self, unit: Unit, credential: Credential, *, caller: Caller, keep: SessionId | None = None
    ) -> tuple[int, ...]:
        """Whoever has the authenticator may be signed in by it already."""
        now, actor = self._clock.now(), credential.user
        resting = (
            one for one in await unit.sessions.of_user(actor) if credential.id in {by.credential for by in one.proofs}
        )
        ended = [await end_session(unit, one, actor=actor, caller=caller, at=now) for one in resting if one.id != keep]
        return tuple(number for number in ended if number is not None)

    def _new(self, user: User, factor: Factor, accepted: Accepted) -> Credential:
        return Credential(
            id=CredentialId(new_id("crd", self._entropy)),
            user=user.id,
            factor=factor.name,
            label=accepted.label or factor.prompt.title,
            state=accepted.state,
            version=0,
            created=self._clock.now(),
            identifier=factor.identifier(accepted.state) or None,
        )

    async def _note(self, unit: Unit, event: Event, user: User, *, factor: Factor, actor: str, caller: Caller) -> None:
        await unit.audit.append(
            event,
            at=self._clock.now(),
            actor=actor,
            subject=user.id,
            request_id=caller.request_id,
            address=caller.address,
            facts={"factor": factor.name},
        )

    async def _tell(
        self, unit: Unit, user: User, kind: NoticeKind, *, what: str = "", caller: Caller, about: Concerned = NOTHING
    ) -> None:
        now = self._clock.now()
        await tell(unit, user, kind, what=what, at=now, caller=caller, entropy=self._entropy, about=about)


async def _run(function: Callable[[], T], seat: Seat | None, *, slow: bool) -> T:
    """What is quick runs here; what is slow needs a seat in the pool."""
    if not slow:
        return function()
    if seat is None:
        raise RuntimeError("slow hashing without a seat")
    return await seat.run(function)


def _never(verdict: Passed[Checked] | Refused, factor: Factor) -> Refused:
    """A decoy passes nothing."""
    if isinstance(verdict, Refused):
        return verdict
    raise RuntimeError(f"the decoy of {factor.name} took a proof")


async def taken(unit: Unit, made: SetUp) -> bool:
    """Whether this very authenticator is enrolled already, here or in another account."""
    identifier = made.factor.identifier(made.accepted.state)
    return bool(identifier) and await unit.credentials.by_identifier(made.factor.name, identifier) is not None
