"""Look after one's own factors: set one up, remove one, make new recovery codes.

Decides the order of errands; who may is ``rules.signin.upkeep``. Each change is told to the owner. A flow begun here
is good for nothing else, and only in the session it was begun in.
"""

from dataclasses import dataclass, field, replace
from functools import partial

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.factors.contract import Begin, Factor, Offer, Role
from twogate.rules.recovery.given_up import all_was_lost
from twogate.rules.signin import upkeep
from twogate.rules.signin.machine import MOST_WRONG_CONFIRMATIONS
from twogate.rules.signin.state import Purpose, State, Step
from twogate.services.accounts import Accounts, Loaded
from twogate.services.authenticators import Authenticators, SetUp, taken
from twogate.services.challenges import Awaited, Challenges, NothingAwaited
from twogate.services.connection_proof import proof_from
from twogate.services.flow_handles import new_handle, opened, sealed
from twogate.services.hashing import Seat
from twogate.services.owner_standing import OwnerStanding
from twogate.services.screens import AskEnrolment, Choice, Ended
from twogate.services.session_ends import end_session
from twogate.services.sessions import Sessions
from twogate.services.sign_in_screens import choices
from twogate.services.sign_in_turn import HandleUsed
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import Credential, User
from twogate.terms.caller import Caller
from twogate.terms.ids import CredentialId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused


@dataclass(frozen=True, slots=True)
class Listed:
    """One authenticator as its owner sees it."""

    credential: CredentialId
    factor: Choice
    label: str
    created: Instant
    last_used: Instant | None
    left: int | None  # recovery codes: how many
    removable: bool
    icon: str = ""  # a picture of its make, as a data: address


@dataclass(frozen=True, slots=True)
class Overview:
    """A person's factors. ``need``: what has to be proved before anything may be changed (None: nothing)."""

    user: User
    listed: tuple[Listed, ...]
    can_add: tuple[Choice, ...]
    need: Need | None
    off: tuple[Listed, ...] = ()  # what is switched off: nobody signs in by it, and it may be removed


@dataclass(frozen=True, slots=True)
class Added:
    """A factor was set up; the session rests on it too now, under a new secret."""

    session: Session
    session_secret: Secret
    codes: tuple[str, ...] = field(repr=False)  # recovery codes made beside it; shown once
    change: int | None = None  # for ``Changes.in_force``: sessions that rested on what was lost have ended


@dataclass(frozen=True, slots=True)
class Removed:
    """A factor is gone, and the sessions that rested on it; ``change`` is for ``Changes.in_force``."""

    change: int | None
    session_ended: bool  # the caller's own was among them


class Enrol:
    """What the account page calls. The session must be live: ``Sessions.by_secret``."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        authenticators: Authenticators,
        sessions: Sessions,
        settings: SignInSettings,
        awaited: Awaited | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._authenticators = authenticators
        self._sessions = sessions
        self._settings = settings
        self._accounts = Accounts(authenticators.registry, settings)
        self._may = OwnerStanding(clock, accounts=self._accounts, sessions=sessions, settings=settings)
        self._challenges = Challenges(authenticators.registry, clock, entropy, awaited=awaited or NothingAwaited())

    async def overview(self, session: Session, caller: Caller) -> Overview | Refused:
        """Everything the page shows."""
        async with self._store.read() as unit:
            loaded = await self._accounts.by_id(unit, session.user, caller=caller, now=self._clock.now())
            off = [one for one in await unit.credentials.of_user(session.user) if self._is_off(one)]
        if loaded.user is None:
            return Refused(Reason.SESSION_ENDED)
        facts, fresh = loaded.facts, self._settings.fresh
        refused = upkeep.refuse_addition(loaded.standing(session.proofs), facts, fresh=fresh)
        own = [loaded.credential(one.credential) for one in facts.enrolled]  # in the order of the registry
        listed = [self._listed(credential, loaded) for credential in own if credential]
        return Overview(
            user=loaded.user,
            listed=tuple(one for one in listed if one),
            can_add=choices(self._accounts.registry, [offered.factor for offered in facts.offered]),
            need=upkeep.needed(facts, fresh=fresh) if refused else None,
            off=tuple(replace(one, removable=True) for one in map(partial(self._listed, loaded=loaded), off) if one),
        )

    async def begin(self, session: Session, factor: str, caller: Caller) -> AskEnrolment | Ended:
        """Offer to set a factor up."""
        now = self._clock.now()
        chosen = self._factor(factor)
        async with self._store.work() as unit:
            standing = await self._may.to_add(unit, session, caller)
            if isinstance(standing, Refused) or chosen is None:
                return Ended(standing if isinstance(standing, Refused) else Refused(Reason.FACTOR_NOT_OFFERED))
            label = self._accounts.label(standing.user, standing.loaded.credentials, factor=chosen.name)
            begun = chosen.offer(label, self._entropy)
            await self._challenges.offered(unit, session.user, chosen, memory=begun.remember)
            state = State(
                purpose=Purpose.ENROL,
                step=Step.ENROL,
                need=Need(Level.AAL1),
                started=now,
                user=session.user,
                session=session.id,
                enrolling=chosen.name,
                memory=begun.remember,
            )
            return await self._ask(unit, state, chosen, offer=begun.show)

    async def confirm(
        self, handle: Secret, code: Secret, *, session: Session, caller: Caller
    ) -> Added | AskEnrolment | Ended:
        """Finish it with a proof that it works. The handle is used up, whatever the answer."""
        seat = self._authenticators.hashing.seat()
        if isinstance(seat, Refused):
            return Ended(seat, self._authenticators.hashing.retry_after)
        with seat:
            try:
                return await self._confirm(handle, code, session=session, caller=caller, seat=seat)
            except (HandleUsed, Conflict):
                return Ended(Refused(Reason.FLOW_UNKNOWN, "it was confirmed, or the session changed, meanwhile"))

    async def replace_codes(self, session: Session, caller: Caller) -> Passed[tuple[str, ...]] | Refused:
        """Make new recovery codes; the old ones are void. They are shown this once."""
        seat = self._authenticators.hashing.seat()
        if isinstance(seat, Refused):
            return seat
        with seat:
            async with self._store.read() as unit:
                standing = await self._may.to_change(unit, session, caller)
            if isinstance(standing, Refused):
                return standing
            made = await self._authenticators.make_recovery(self._accounts.label(standing.user), seat=seat)
            async with self._store.work() as unit:
                again = await self._may.to_change(unit, session, caller)
                if isinstance(again, Refused):
                    return again
                await self._authenticators.replace_recovery(unit, again.user, made, actor=session.user, caller=caller)
        return Passed(made.show.codes)

    async def remove(
        self, session: Session, credential: CredentialId, caller: Caller, *, lost: bool = False
    ) -> Removed | Refused:
        """Remove a factor. Sessions that rest on it end, known devices are forgotten.

        ``lost``: somebody else may have it, and perhaps the mail on it; the notice brings it back to nobody.
        """
        async with self._store.work() as unit:
            standing = await self._may.to_change(unit, session, caller)
            if isinstance(standing, Refused):
                return standing
            held = await unit.credentials.get(credential)
            if held is not None and held.user == session.user and self._is_off(held):
                actor = session.user  # nobody brings back by a mail what was switched off
                await self._authenticators.remove(unit, standing.user, held, actor=actor, caller=caller, lost=True)
                return Removed(None, session_ended=False)
            refused = upkeep.refuse_removal(credential, standing.loaded.facts)
            found = standing.loaded.credential(credential)
            if refused is not None or found is None:
                return refused or Refused(Reason.FACTOR_NOT_OFFERED)
            await self._authenticators.remove(unit, standing.user, found, actor=session.user, caller=caller, lost=lost)
            await unit.devices.remove_all(session.user)
            return await self._end_resting_on(unit, session, credential, caller=caller)

    async def _confirm(
        self, handle: Secret, code: Secret, *, session: Session, caller: Caller, seat: Seat
    ) -> Added | AskEnrolment | Ended:
        now = self._clock.now()
        async with self._store.read() as unit:
            state = opened(await unit.flows.get(handle.sha256()), handle, purposes=(Purpose.ENROL,), now=now)
            standing = await self._may.to_add(unit, session, caller)
            given = code if isinstance(state, Refused) else await self._challenges.confirmed(unit, state, code)
        if isinstance(state, Refused):
            return Ended(state)
        if isinstance(standing, Refused):
            return Ended(standing)
        factor = self._factor(state.enrolling)
        if factor is None or state.session != session.id:
            return Ended(Refused(Reason.FLOW_UNKNOWN, "a handle of another session"))
        spare = any(one.role is Role.RECOVERY and one.usable for one in standing.loaded.facts.enrolled)
        spare = spare and not all_was_lost(standing.session.proofs)  # the sheet, too
        label = None if spare else self._accounts.label(standing.user)
        made: SetUp | Begin | Refused
        if isinstance(given, Refused):
            made = given
        else:
            proof = proof_from(factor, given, caller)
            made = await self._authenticators.accept(
                factor, state.memory, proof, owner=session.user, recovery_for=label, seat=seat
            )
        async with self._store.work() as unit:
            if isinstance(made, Begin):
                return await self._one_step_more(unit, handle, state, factor=factor, begin=made)
            if isinstance(made, SetUp) and await taken(unit, made):
                made = Refused(Reason.ALREADY_ENROLLED, "this authenticator is enrolled already")
            if isinstance(made, Refused):
                return await self._wrong(unit, handle, state, factor=factor, refused=made)
            return await self._add(unit, handle, made, session=session, caller=caller)

    async def _wrong(
        self, unit: Unit, handle: Secret, state: State, *, factor: Factor, refused: Refused
    ) -> AskEnrolment | Ended:
        counts = refused.reason is not Reason.ANSWER_AWAITED
        state = replace(state, tries=state.tries + counts)
        if not await unit.flows.remove(handle.sha256()):
            return Ended(Refused(Reason.FLOW_UNKNOWN))
        if state.tries >= MOST_WRONG_CONFIRMATIONS:
            return Ended(Refused(Reason.LOCKED, "too many wrong confirmations of a new factor"))
        return await self._ask(unit, state, factor, refused=refused)

    async def _one_step_more(
        self, unit: Unit, handle: Secret, state: State, *, factor: Factor, begin: Begin
    ) -> AskEnrolment | Ended:
        """It wants something else before it is set up: a code was sent."""
        if state.user is None or not await unit.flows.remove(handle.sha256()):
            return Ended(Refused(Reason.FLOW_UNKNOWN))
        refused = await self._challenges.send(unit, state.user, begin.send, sends=factor.sends)
        if refused is not None:
            return await self._ask(unit, state, factor, refused=refused)
        return await self._ask(unit, replace(state, memory=begin.remember), factor, offer=begin.show)

    async def _add(self, unit: Unit, handle: Secret, made: SetUp, *, session: Session, caller: Caller) -> Added | Ended:
        standing = await self._may.to_add(unit, session, caller)
        if isinstance(standing, Refused):
            return Ended(standing)
        if not await unit.flows.remove(handle.sha256()):
            raise HandleUsed
        before = standing.session.proofs
        bound = await self._authenticators.add(unit, standing.user, made, after=before, caller=caller, keep=session.id)
        alive = {one.id for one in await unit.credentials.of_user(session.user) if one.disabled is None}
        proofs = [one for one in (*before, bound.proof) if one.credential in alive]
        raised, secret = await self._sessions.change_proofs(unit, standing.session, proofs)
        codes = made.recovery.show.codes if made.recovery else ()
        return Added(raised, secret, codes, max(bound.ended, default=None))

    async def _ask(
        self,
        unit: Unit,
        state: State,
        factor: Factor,
        *,
        offer: Offer | None = None,
        refused: Refused | None = None,
    ) -> AskEnrolment:
        handle = new_handle(self._entropy)
        expires = state.started.plus(self._settings.flow_life)
        await unit.flows.add(sealed(state, handle, expires=expires, entropy=self._entropy))
        user = await unit.users.get(state.user) if state.user else None
        if user is None:
            raise LookupError("a factor needs a person")
        return AskEnrolment(
            handle=handle,
            factor=choices(self._accounts.registry, [factor.name])[0],
            offer=offer or factor.again(self._accounts.label(user), state.memory),
            can_wait=True,
            refused=refused,
        )

    async def _end_resting_on(
        self, unit: Unit, session: Session, credential: CredentialId, *, caller: Caller
    ) -> Removed:
        change, own = None, False
        for one in await unit.sessions.of_user(session.user):
            if any(proof.credential == credential for proof in one.proofs):
                now = self._clock.now()
                number = await end_session(unit, one, actor=session.user, caller=caller, at=now)
                change, own = number or change, own or one.id == session.id
        return Removed(change, own)

    def _factor(self, name: str) -> Factor | None:
        """A factor that can be set up here."""
        factor = self._accounts.registry.get(name)
        return factor if factor is not None and factor.role is Role.SECOND and factor.self_service else None

    def _is_off(self, credential: Credential) -> bool:
        """Switched off: lost, copied, reported. What is locked by wrong tries is not."""
        factor = self._accounts.registry.get(credential.factor)
        return credential.disabled is not None and factor is not None and factor.role is Role.SECOND

    def _listed(self, credential: Credential, loaded: Loaded) -> Listed | None:
        factor = self._accounts.registry.get(credential.factor)
        if factor is None or (factor.role is Role.RECOVERY and not factor.self_service):  # a pass is no way of theirs
            return None
        return Listed(
            credential=credential.id,
            factor=choices(self._accounts.registry, [factor.name])[0],
            label=credential.label,
            created=credential.created,
            last_used=credential.last_used,
            left=factor.left(credential.state),
            removable=upkeep.refuse_removal(credential.id, loaded.facts) is None,
            icon=factor.icon(credential.state),
        )
