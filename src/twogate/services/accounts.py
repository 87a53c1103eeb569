"""Load an account as the rules want to see it: the person, what is enrolled, whether the device is theirs.

Decides nothing. An unknown name costs the same questions to the database as a known one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twogate.rules.factors.contract import Account, Role
from twogate.rules.factors.registry import Registry
from twogate.rules.signin.enforcement import Duty, Having, duty, second_asked
from twogate.rules.signin.facts import Enrolled, Facts, Offered
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Unit
from twogate.terms.account import Credential, Device, User
from twogate.terms.caller import Caller
from twogate.terms.ids import CredentialId, DeviceId, UserId
from twogate.terms.instant import Instant
from twogate.terms.owed import Owed
from twogate.terms.proof import Proof

_NOBODY = UserId("usr_nobody")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An account at one moment. ``device`` is the caller's, only if it is this person's."""

    name: str
    user: User | None
    credentials: tuple[Credential, ...]  # disabled ones left out
    devices: tuple[Device, ...]
    device: DeviceId | None
    facts: Facts
    duty: Duty = Duty.MET  # what it owes; counted where somebody is signed in in grace

    def credential(self, wanted: CredentialId) -> Credential | None:
        return next((one for one in self.credentials if one.id == wanted), None)

    def standing(self, proofs: Iterable[Proof]) -> tuple[Proof, ...]:
        """The proofs whose credential is still in force; a removed, replaced or disabled one proves nothing."""
        return tuple(proof for proof in proofs if self.credential(proof.credential) is not None)


class Accounts:
    """Loads accounts under one set of factors and wishes."""

    def __init__(self, registry: Registry, settings: SignInSettings) -> None:
        self.registry = registry
        self._settings = settings
        self._enforcement = settings.enforcement
        nothing: dict[str, object] = {}
        self._offered = tuple(
            Offered(one.name, one.nature(nothing)) for one in registry.of_role(Role.SECOND) if one.self_service
        )

    @property
    def grace(self) -> int:
        """How many sign-ins are let through without a second factor after the day."""
        return self._enforcement.grace

    async def by_name(self, unit: Unit, name: str, *, caller: Caller, now: Instant) -> Loaded:
        return await self._load(unit, await unit.users.by_name(name), name=name, caller=caller, now=now)

    async def by_id(self, unit: Unit, user: UserId, *, caller: Caller, now: Instant) -> Loaded:
        found = await unit.users.get(user)
        return await self._load(unit, found, name=found.name if found else "", caller=caller, now=now)

    def nobody(self, name: str, now: Instant) -> Loaded:
        """For a flow that knows nobody yet."""
        facts = Facts(now=now, first=self.registry.first.name, name=name)
        return Loaded(name, None, (), (), None, facts)

    def label(self, user: User, credentials: Iterable[Credential] = (), *, factor: str = "") -> Account:
        """How factors call this account; ``credentials``: those of ``factor`` are what it has of that kind already."""
        return Account(
            self._settings.issuer,
            user.name,
            (user.display_name, user.email.partition("@")[0]),
            handle=user.id,
            existing=tuple(one.state for one in credentials if one.factor == factor),
        )

    async def _load(self, unit: Unit, user: User | None, *, name: str, caller: Caller, now: Instant) -> Loaded:
        identity = user.id if user else _NOBODY
        credentials = tuple(one for one in await unit.credentials.of_user(identity) if one.disabled is None)
        devices = tuple(await unit.devices.of_user(identity))
        enrolled = self._enrolled(credentials)
        having = await self._having(unit, identity, user, enrolled=enrolled)
        facts = Facts(
            now=now,
            first=self.registry.first.name,
            name=name,
            user=user.id if user else None,
            blocked=user is not None and user.blocked is not None,
            enrolled_once=user is not None and user.enrolled_once,
            enrolled=enrolled,
            offered=self._offered,
            second_always=second_asked(self._enforcement, having, now),
        )
        device = next((one.id for one in devices if one.id == caller.device), None)
        return Loaded(name, user, credentials, devices, device, facts, duty(self._enforcement, having, now))

    async def _having(
        self, unit: Unit, identity: UserId, user: User | None, *, enrolled: tuple[Enrolled, ...]
    ) -> Having:
        """What it has; groups and grace are looked up only where a day is set."""
        dated = self._enforcement.dated
        owed = await unit.obligations.get(identity, Owed.SECOND_FACTOR) if dated else None
        return Having(
            groups=frozenset(await unit.memberships.of_user(identity)) if dated else frozenset(),
            second=any(one.role is Role.SECOND and one.usable for one in enrolled),
            enrolled_once=user is not None and user.enrolled_once,
            put_off=owed.count if owed else 0,
        )

    def _enrolled(self, credentials: Sequence[Credential]) -> tuple[Enrolled, ...]:
        """In the order of the registry; a credential whose factor is gone from the registry counts as removed."""
        return tuple(
            Enrolled(
                one.id,
                factor.name,
                factor.role,
                factor.nature(one.state),
                usable=factor.left(one.state) != 0,
                discoverable=factor.discoverable,
            )
            for factor in self.registry.factors
            for one in credentials
            if one.factor == factor.name
        )
