"""Take a change back from the mail that told of it, without a session: the owner may be locked out by it.

Decides that taking back never lets anybody in. It ends every session, forgets every known device and revokes API
tokens made since shortly before; a factor, password or recovery codes that were added go; a factor that was removed
comes back as it was, and is asked for beside the password as before. Whoever holds the link learns nothing and gets
no session.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from twogate.rules.factors.email_code import masked
from twogate.rules.factors.registry import Registry
from twogate.rules.signin.notices import NoticeKind
from twogate.services.api_token_ends import end_tokens
from twogate.services.notices import PREFIX, tell
from twogate.services.session_ends import end_sessions
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import Credential
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.undo import Undo, UndoKind
from twogate.terms.verdict import Passed, Refused

BEFORE = 86_400  # seconds: API tokens made so long before the change go with it


@dataclass(frozen=True, slots=True)
class Undoable:
    """What the page says before anything is done."""

    kind: UndoKind
    what: str
    created: Instant
    expires: Instant


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Done; ``change`` is for ``Changes.in_force``."""

    kind: UndoKind
    change: int | None


class TakeBack:
    """What the page behind the link calls."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy, *, registry: Registry) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._registry = registry

    async def look(self, secret: Secret) -> Passed[Undoable] | Refused:
        """What would be taken back. Looking changes nothing: mail programs look at every link."""
        async with self._store.read() as unit:
            undo = await self._find(unit, secret)
        if isinstance(undo, Refused):
            return undo
        return Passed(Undoable(undo.kind, undo.what, undo.created, undo.expires))

    async def take_back(self, secret: Secret, caller: Caller) -> Passed[TakenBack] | Refused:
        """Take it back, once."""
        now = self._clock.now()
        async with self._store.work() as unit:
            undo = await self._find(unit, secret)
            if isinstance(undo, Refused):
                return undo
            user = await unit.users.get(undo.user)
            if user is None or not await unit.undos.use(undo.digest, now):
                return Refused(Reason.UNDO_OVER)
            restored = await self._act(unit, undo)
            await unit.devices.remove_all(user.id)
            change = await end_sessions(unit, user.id, actor="undo", caller=caller, at=now)
            since = undo.created.plus(-BEFORE)
            change = await end_tokens(unit, user.id, actor="undo", at=now, made_since=since) or change
            await unit.audit.append(
                Event.USER_CHANGE_UNDONE,
                at=now,
                actor="undo",
                subject=user.id,
                request_id=caller.request_id,
                address=caller.address,
                facts={"kind": undo.kind.value, "restored": restored},
            )
            what = undo.what or undo.kind.value.replace("_", " ")
            user = await unit.users.get(user.id) or user  # as it is now: not to an address just taken out
            await tell(unit, user, NoticeKind.CHANGE_UNDONE, what=what, at=now, caller=caller, entropy=self._entropy)
            return Passed(TakenBack(undo.kind, change))

    async def _find(self, unit: Unit, secret: Secret) -> Undo | Refused:
        if not secret.reveal().startswith(PREFIX.encode()):
            return Refused(Reason.UNDO_OVER, "no such secret")
        undo = await unit.undos.get(secret.sha256())
        if undo is None or undo.used is not None or undo.expires <= self._clock.now():
            return Refused(Reason.UNDO_OVER)
        return undo

    async def _act(self, unit: Unit, undo: Undo) -> bool:
        """Whether something came back."""
        match undo.kind:
            case UndoKind.FACTOR_ADDED | UndoKind.CODES_REPLACED | UndoKind.PASSWORD_CHANGED:
                await self._withdraw(unit, undo)
                return False
            case UndoKind.FACTOR_REMOVED:
                return await self._restore(unit, undo)
            case UndoKind.ADDRESS_CHANGED:
                await self._silence(unit, undo)
                return False
            case UndoKind.SIGNED_IN:
                return False
            case _:
                assert_never(undo.kind)

    async def _withdraw(self, unit: Unit, undo: Undo) -> None:
        """Remove what was added, if it is still there; what took its place since is nobody's business here."""
        found = await unit.credentials.get(undo.credential) if undo.credential else None
        if found is not None and found.user == undo.user:
            await unit.credentials.remove(found.id)

    async def _silence(self, unit: Unit, undo: Undo) -> None:
        """Take out the address that was set then. The old one stays out: it may be why its owner left it."""
        user = await unit.users.get(undo.user)
        if user is not None and masked(user.email) == undo.what:
            await unit.users.set_email(user.id, "")

    async def _restore(self, unit: Unit, undo: Undo) -> bool:
        """Put back what was removed; not where it was set up again, here or by somebody else."""
        gone = undo.withdrawn
        factor = self._registry.get(gone.factor) if gone is not None else None
        if gone is None or factor is None or gone.user != undo.user or await self._there(unit, gone):
            return False
        now = self._clock.now()
        try:  # a thing with a serial goes with it, unless that was used by somebody else since
            await unit.credentials.add(replace(gone, version=gone.version + 1))
        except Conflict:
            return False
        facts = {"factor": gone.factor}
        await unit.audit.append(Event.USER_FACTOR_RESTORED, at=now, actor="undo", subject=undo.user, facts=facts)
        return True

    async def _there(self, unit: Unit, gone: Credential) -> bool:
        if await unit.credentials.get(gone.id) is not None:
            return True
        named = gone.identifier
        return named is not None and await unit.credentials.by_identifier(gone.factor, named) is not None
