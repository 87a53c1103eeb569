"""One unit of work: a transaction and the repositories that share it.

``async with store.work() as unit`` commits when the block ends and rolls back when it raises. A write unit takes
the write lock at once (SQLite: BEGIN IMMEDIATE), so two units never deadlock by upgrading. Keep units short: no
hashing, no network, no waiting inside one.
"""
# SKELETON: signatures agreed between the authors of store, services and web; bodies belong to the author of store.

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from twogate.terms.account import Credential, Device, Notice, User
from twogate.terms.changes import Change, ChangeKind, Snapshot, VerificationKey
from twogate.terms.client import Client
from twogate.terms.edges import Edge
from twogate.terms.events import Event
from twogate.terms.ids import ApiTokenId, ClientId, CredentialId, EdgeId, GrantId, NoticeId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.session import ApiToken, AuthorizationCode, Flow, Grant, RefreshToken, Session


class Conflict(Exception):
    """A compare-and-set found another version, or a unique name is taken. Nothing was written."""


class StoreUnavailable(Exception):
    """The database does not answer, is locked too long, or its disk is full. Nothing was written."""


class Users:
    async def add(self, user: User) -> None: ...  # Conflict when the name is taken
    async def get(self, user: UserId) -> User | None: ...
    async def by_name(self, name: str) -> User | None: ...
    async def list(self, *, after: str = "", limit: int = 100) -> Sequence[User]: ...  # by name
    async def count(self) -> int: ...
    async def set_blocked(self, user: UserId, at: Instant | None) -> None: ...
    async def mark_enrolled(self, user: UserId) -> None: ...
    async def remove(self, user: UserId) -> None: ...


class Credentials:
    async def add(self, credential: Credential) -> None: ...
    async def get(self, credential: CredentialId) -> Credential | None: ...
    async def of_user(self, user: UserId) -> Sequence[Credential]: ...  # oldest first, disabled ones included
    async def replace(self, credential: CredentialId, *, version: int, state: dict[str, Any], used: Instant | None) -> None:
        """Compare-and-set ``state``; Conflict when ``version`` is not the stored one."""
    async def set_disabled(self, credential: CredentialId, at: Instant | None) -> None: ...
    async def remove(self, credential: CredentialId) -> None: ...


class Devices:
    async def add(self, device: Device) -> None: ...
    async def by_digest(self, digest: str) -> Device | None: ...
    async def of_user(self, user: UserId) -> Sequence[Device]: ...
    async def touch(self, device: str, at: Instant) -> None: ...
    async def remove_all(self, user: UserId) -> None: ...


class Notices:
    async def add(self, notice: Notice) -> None: ...
    async def of_user(self, user: UserId, *, limit: int = 50) -> Sequence[Notice]: ...  # newest first
    async def unsent(self, *, limit: int = 20) -> Sequence[Notice]: ...
    async def mark_sent(self, notice: NoticeId, at: Instant) -> None: ...
    async def mark_seen(self, user: UserId, at: Instant) -> None: ...


@dataclass(frozen=True, slots=True)
class BudgetState:
    """Where a budget stands. ``allowed``: the reservation was granted; the proof may be checked now."""

    allowed: bool
    failures: int  # consecutive, the reserved try included
    total: int  # since the last success, the reserved try included
    locked_until: Instant | None
    disabled: bool  # the cap was reached
    just_locked: bool  # this reservation was refused as the first one since the lock began: tell the owner once


class Budgets:
    async def reserve(self, key: str, *, now: Instant, limit: int, lock_seconds: int, cap: int) -> BudgetState:
        """Count one try before it is checked, in one conditional statement.

        Ten tries are granted (``limit``), then none until ``lock_seconds`` after the last granted one, then a
        new window of ``limit``; after ``cap`` granted tries without a success none ever (disabled).
        """
    async def peek(self, key: str) -> BudgetState | None: ...
    async def succeed(self, key: str) -> None: ...  # a right proof: consecutive and total go back to 0
    async def clear(self, key: str) -> bool: ...  # an administrator unlocks
    async def prune(self, now: Instant, *, older_than_seconds: int) -> int: ...


class Sessions:
    async def add(self, session: Session) -> None: ...
    async def get(self, session: SessionId) -> Session | None: ...
    async def by_digest(self, digest: str) -> Session | None: ...
    async def of_user(self, user: UserId) -> Sequence[Session]: ...  # live ones, newest first
    async def replace(self, session: Session) -> None:
        """Compare-and-set proofs, secret digest and last use at ``session.version``; never revives an ended one."""
    async def touch(self, session: SessionId, at: Instant) -> bool: ...  # False when it has ended
    async def end(self, session: SessionId, at: Instant) -> bool: ...  # True for the one caller that ended it
    async def end_all(self, user: UserId, at: Instant, *, keep: SessionId | None = None) -> Sequence[Session]: ...


class Grants:
    async def add(self, grant: Grant) -> None: ...
    async def get(self, grant: GrantId) -> Grant | None: ...
    async def of_session(self, session: SessionId) -> Sequence[Grant]: ...
    async def of_user(self, user: UserId) -> Sequence[Grant]: ...
    async def extend(self, grant: GrantId, last_expiry: Instant) -> bool: ...  # False when revoked
    async def revoke(self, grant: GrantId, at: Instant) -> bool: ...  # True for the one caller that revoked it


class Codes:
    async def add(self, code: AuthorizationCode) -> None: ...
    async def get(self, digest: str) -> AuthorizationCode | None: ...
    async def consume(self, digest: str, at: Instant) -> bool: ...  # one conditional update: True exactly once
    async def prune(self, now: Instant) -> int: ...


class RefreshTokens:
    async def add(self, token: RefreshToken) -> None: ...
    async def get(self, digest: str) -> RefreshToken | None: ...
    async def consume(self, digest: str, at: Instant) -> bool: ...  # True exactly once
    async def prune(self, now: Instant) -> int: ...


class ApiTokens:
    async def add(self, token: ApiToken) -> None: ...
    async def get(self, token: ApiTokenId) -> ApiToken | None: ...
    async def by_digest(self, digest: str) -> ApiToken | None: ...
    async def of_owner(self, owner: str) -> Sequence[ApiToken]: ...
    async def list(self, *, limit: int = 1000) -> Sequence[ApiToken]: ...
    async def revoke(self, token: ApiTokenId, at: Instant) -> bool: ...


class Clients:
    async def add(self, client: Client) -> None: ...
    async def get(self, client: ClientId) -> Client | None: ...
    async def list(self) -> Sequence[Client]: ...
    async def set_blocked(self, client: ClientId, at: Instant | None) -> None: ...
    async def remove(self, client: ClientId) -> None: ...


class Flows:
    async def add(self, flow: Flow) -> None: ...
    async def get(self, handle_digest: str) -> Flow | None: ...
    async def replace(self, old_digest: str, flow: Flow) -> bool: ...  # one conditional update: True exactly once
    async def remove(self, handle_digest: str) -> bool: ...  # True exactly once
    async def prune(self, now: Instant) -> int: ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An ES256 key. The private half is sealed at rest; ``withdrawn`` keys verify nothing any more."""

    kid: str
    private_pem: bytes
    public_pem: str
    created: Instant
    signs_from: Instant  # published before it signs, so that gateways know it in time
    signs_until: Instant
    verifies_until: Instant
    withdrawn: Instant | None = None


class SigningKeys:
    async def add(self, key: SigningKey) -> None: ...
    async def live(self, now: Instant) -> Sequence[SigningKey]: ...  # may verify now; newest first
    async def verification_keys(self, now: Instant) -> tuple[VerificationKey, ...]: ...
    async def withdraw(self, kid: str, at: Instant) -> bool: ...


class Feed:
    async def append(self, kind: ChangeKind, key: str, *, at: Instant, value: str = "", until: int = 0) -> int:
        """Number and store a change; returns its number. Numbers rise in commit order on both databases."""
    async def after(self, number: int, *, limit: int = 1000) -> Sequence[Change]: ...
    async def head(self) -> int: ...
    async def oldest(self) -> int: ...  # changes before it were forgotten: an edge further back takes a snapshot
    async def snapshot(self, now: Instant) -> Snapshot: ...
    async def prune(self, now: Instant, *, keep_seconds: int = 86_400) -> int: ...


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    version: int
    toml: str
    published: Instant
    by: str


class Policies:
    async def publish(self, toml: str, *, at: Instant, by: str) -> int: ...  # the new version number
    async def current(self) -> PolicyVersion | None: ...
    async def get(self, version: int) -> PolicyVersion | None: ...
    async def list(self, *, limit: int = 50) -> Sequence[PolicyVersion]: ...  # newest first


class Edges:
    async def add(self, edge: Edge) -> None: ...
    async def by_digest(self, key_digest: str) -> Edge | None: ...
    async def list(self) -> Sequence[Edge]: ...
    async def report(self, edge: EdgeId, *, position: int, policy_version: int, fault: str, at: Instant) -> None: ...
    async def remove(self, edge: EdgeId) -> bool: ...


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event. ``index`` is its place in the hash chain, given when it is sealed; None until then."""

    id: int
    at: Instant
    event: Event
    actor: str  # who did it: a user id, client id, "cli:<login>", "system"
    subject: str  # to whom or what
    request_id: str
    address: str
    facts: dict[str, Any]
    index: int | None = None
    digest: str = ""


class Audit:
    async def append(
        self,
        event: Event,
        *,
        at: Instant,
        actor: str,
        subject: str,
        request_id: str = "",
        address: str = "",
        facts: dict[str, Any] | None = None,
    ) -> None: ...
    async def list(
        self, *, after: int = 0, limit: int = 100, subject: str = "", event: str = "",
    ) -> Sequence[AuditRow]: ...  # by id


class Unit:
    """The open transaction."""

    users: Users
    credentials: Credentials
    devices: Devices
    notices: Notices
    budgets: Budgets
    sessions: Sessions
    grants: Grants
    codes: Codes
    refresh_tokens: RefreshTokens
    api_tokens: ApiTokens
    clients: Clients
    flows: Flows
    keys: SigningKeys
    feed: Feed
    policies: Policies
    edges: Edges
    audit: Audit


class Store:
    """The database and its engine. ``Store.open`` migrates it to the newest schema first."""

    @classmethod
    async def open(cls, url: str, *, master_key: bytes) -> "Store":
        """``sqlite:///path`` or ``postgresql://...``; sealed columns use AES-256-GCM under ``master_key``."""
        raise StoreUnavailable

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Unit]:
        """A write unit."""
        yield Unit()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        """A read unit: sees one consistent state, writes nothing."""
        yield Unit()

    async def close(self) -> None: ...
    async def healthy(self) -> bool: ...


__all__ = ["Conflict", "Store", "StoreUnavailable", "Unit", "ClientId", "NoticeId"]
