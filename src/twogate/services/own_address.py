"""Change the mail address of one's own account, proved by a code that was sent to the new one.

Decides the order of errands. Fresh proof of everything the account has is needed before and after the code; the code
is bound to the address, the session and this errand, and five wrong ones end it. The old address is told, and can
take the new one out of the account again.
"""

from dataclasses import dataclass, replace

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.factors.email_code import EmailCode, address_of, masked
from twogate.rules.factors.registry import Registry
from twogate.rules.signin.machine import MOST_WRONG_ANSWERS
from twogate.rules.signin.notices import NoticeKind
from twogate.rules.signin.state import Purpose, State, Step
from twogate.services.accounts import Accounts
from twogate.services.flow_handles import new_handle, opened, sealed
from twogate.services.notices import tell
from twogate.services.owner_standing import OwnerStanding
from twogate.services.sending import put
from twogate.services.sessions import Sessions
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store, Unit
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused


@dataclass(frozen=True, slots=True)
class AskAddressCode:
    """A code is on its way; ``handle`` is good for one answer."""

    handle: Secret
    address: str  # masked
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """Notices go there from now on."""

    address: str


class OwnAddress:
    """What the account page calls. The session must be live: ``Sessions.by_secret``."""

    def __init__(  # each is one service, named at the call
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        registry: Registry,
        sessions: Sessions,
        settings: SignInSettings,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._settings = settings
        accounts = Accounts(registry, settings)
        self._may = OwnerStanding(clock, accounts=accounts, sessions=sessions, settings=settings)
        self._codes = EmailCode(life=settings.flow_life)

    async def begin(self, session: Session, text: str, caller: Caller) -> AskAddressCode | Refused:
        """Send a code to the address; nothing has changed until it comes back."""
        address, now = address_of(text), self._clock.now()
        if isinstance(address, Refused):
            return address
        async with self._store.work() as unit:
            standing = await self._may.to_change(unit, session, caller)
            if isinstance(standing, Refused):
                return standing
            user = standing.user
            if user.email == address.value:
                return Refused(Reason.ALREADY_ENROLLED)
            asked = self._codes.challenge(address.value, purpose=_purpose(session), entropy=self._entropy, now=now)
            if asked.send is None:
                raise LookupError("a code by mail is sent")
            refused = await put(unit, user.id, asked.send, sends=self._codes.sends, now=now)
            if refused is not None:
                return refused
            state = State(
                purpose=Purpose.ADDRESS,
                step=Step.ENROL,
                need=Need(Level.AAL1),
                started=now,
                user=user.id,
                session=session.id,
                memory=asked.remember,
            )
            return await self._ask(unit, state)

    async def confirm(
        self, handle: Secret, code: Secret, *, session: Session, caller: Caller
    ) -> AddressChanged | AskAddressCode | Refused:
        """Take the code; the handle is used up, whatever the answer."""
        now = self._clock.now()
        async with self._store.work() as unit:
            state = opened(await unit.flows.get(handle.sha256()), handle, purposes=(Purpose.ADDRESS,), now=now)
            if isinstance(state, Refused):
                return state
            if state.session != session.id or not await unit.flows.remove(handle.sha256()):
                return Refused(Reason.FLOW_UNKNOWN, "a handle of another session, or used meanwhile")
            standing = await self._may.to_change(unit, session, caller)
            if isinstance(standing, Refused):
                return standing
            user = standing.user
            address = str(state.memory["address"])
            checked = self._codes.check(state.memory, code, now, address=address, purpose=_purpose(session))
            if isinstance(checked, Refused):
                return await self._wrong(unit, state, checked)
            await self._change(unit, user, address, caller=caller)
        return AddressChanged(address)

    async def _wrong(self, unit: Unit, state: State, refused: Refused) -> AskAddressCode | Refused:
        state = replace(state, tries=state.tries + 1)
        if state.tries >= MOST_WRONG_ANSWERS or refused.reason is not Reason.CODE_WRONG:
            return Refused(Reason.CODE_EXPIRED, f"{state.tries} wrong codes")
        return await self._ask(unit, state, refused)

    async def _ask(self, unit: Unit, state: State, refused: Refused | None = None) -> AskAddressCode:
        handle = new_handle(self._entropy)
        expires = state.started.plus(self._settings.flow_life)
        await unit.flows.add(sealed(state, handle, expires=expires, entropy=self._entropy))
        return AskAddressCode(handle, masked(str(state.memory["address"])), refused)

    async def _change(self, unit: Unit, user: User, address: str, *, caller: Caller) -> None:
        """Told to the old address, which is what ``user`` still has; where there was none, to the new one."""
        now = self._clock.now()
        await unit.users.set_email(user.id, address)
        await unit.audit.append(
            Event.USER_ADDRESS_CHANGED,
            at=now,
            actor=user.id,
            subject=user.id,
            request_id=caller.request_id,
            address=caller.address,
        )
        told = user if user.email else replace(user, email=address)
        kind = NoticeKind.ADDRESS_CHANGED
        await tell(unit, told, kind, what=masked(address), at=now, caller=caller, entropy=self._entropy)


def _purpose(session: Session) -> str:
    return f"mail address, in {session.id}"
