"""One unit of work: a transaction and the repositories that share it.

``async with store.work() as unit`` commits when the block ends and rolls back when it raises. A write unit takes
the write lock at once (SQLite: BEGIN IMMEDIATE), so two units never deadlock by upgrading. Keep units short: no
hashing, no network, no waiting inside one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import text

from twogate.store.api_tokens import ApiTokens
from twogate.store.audit import Audit, AuditRow
from twogate.store.audit_chain import AuditChain
from twogate.store.budgets import Budgets, BudgetState
from twogate.store.clients import Clients
from twogate.store.codes import Codes
from twogate.store.consents import Consents
from twogate.store.credentials import Credentials
from twogate.store.database import Database, database
from twogate.store.device_requests import DeviceRequests
from twogate.store.devices import Devices
from twogate.store.dispatches import Dispatches
from twogate.store.edges import Edges
from twogate.store.errors import Conflict, StoreBroken, StoreUnavailable
from twogate.store.feed import Feed
from twogate.store.flows import Flows
from twogate.store.grants import Grants
from twogate.store.hardware_tokens import HardwareTokens
from twogate.store.invitations import Invitations
from twogate.store.keys import SigningKey, SigningKeys
from twogate.store.logout_notices import LogoutNotices
from twogate.store.memberships import Memberships
from twogate.store.migrate import migrate
from twogate.store.notices import Notices
from twogate.store.obligations import Obligation, Obligations
from twogate.store.places import Places
from twogate.store.policies import Policies, PolicyVersion
from twogate.store.push_devices import PushDevices
from twogate.store.push_keys import PushKeys
from twogate.store.push_pairings import PushPairings
from twogate.store.push_prompts import PushPrompts
from twogate.store.pushed_requests import PushedRequests
from twogate.store.recoveries import Recoveries
from twogate.store.recovery_asks import RecoveryAsks
from twogate.store.recovery_passes import RecoveryPasses
from twogate.store.refresh_tokens import RefreshTokens
from twogate.store.registration_tokens import RegistrationTokens
from twogate.store.replays import Replays
from twogate.store.sealing import Sealing
from twogate.store.sessions import Sessions
from twogate.store.skeletons import Skeletons
from twogate.store.transaction import Transaction
from twogate.store.typing import Typing
from twogate.store.undos import Undos
from twogate.store.users import Users
from twogate.terms.ports import Entropy


class Unit:
    """The open transaction."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self.users = Users(transaction)
        self.hardware_tokens = HardwareTokens(transaction, sealing)
        self.credentials = Credentials(transaction, sealing, self.hardware_tokens)
        self.devices = Devices(transaction)
        self.dispatches = Dispatches(transaction, sealing)
        self.notices = Notices(transaction)
        self.undos = Undos(transaction, sealing)
        self.push_devices = PushDevices(transaction, sealing)
        self.push_keys = PushKeys(transaction, sealing)
        self.push_pairings = PushPairings(transaction, sealing)
        self.push_prompts = PushPrompts(transaction, sealing)
        self.budgets = Budgets(transaction)
        self.sessions = Sessions(transaction)
        self.grants = Grants(transaction)
        self._protocols(transaction, sealing)
        self.flows = Flows(transaction)
        self.keys = SigningKeys(transaction, sealing)
        self.policies = Policies(transaction)
        self.feed = Feed(transaction, self.policies, self.keys)
        self.edges = Edges(transaction)
        self.audit = Audit(transaction)
        self.chain = AuditChain(transaction, sealing)
        self.recoveries = Recoveries(transaction)
        self.recovery_passes = RecoveryPasses(transaction)
        self.recovery_asks = RecoveryAsks(transaction, sealing)
        self.memberships = Memberships(transaction)
        self.obligations = Obligations(transaction)
        self.invitations = Invitations(transaction)
        self.skeletons = Skeletons(transaction)
        self.places = Places(transaction)
        self.typing = Typing(transaction, sealing)
        self.alone = transaction.alone

    def _protocols(self, transaction: Transaction, sealing: Sealing) -> None:
        """What OAuth and OpenID Connect keep."""
        self.codes = Codes(transaction)
        self.refresh_tokens = RefreshTokens(transaction, sealing)
        self.pushed_requests = PushedRequests(transaction, sealing)
        self.device_requests = DeviceRequests(transaction)
        self.replays = Replays(transaction)
        self.api_tokens = ApiTokens(transaction)
        self.clients = Clients(transaction)
        self.consents = Consents(transaction)
        self.registration_tokens = RegistrationTokens(transaction)
        self.logout_notices = LogoutNotices(transaction)


class Store:
    """The database. ``Store.open`` migrates it to the newest schema first."""

    def __init__(self, opened: Database, sealing: Sealing) -> None:
        self._database = opened
        self._sealing = sealing
        self.dispatched = asyncio.Event()  # set when a unit of this process put something into the outbox

    @classmethod
    async def open(cls, url: str, *, master_key: bytes, entropy: Entropy | None = None) -> Self:
        """``sqlite:///path`` or ``postgresql://...``; sealed columns use AES-256-GCM under ``master_key``."""
        sealing = Sealing(master_key, entropy)
        opened = database(url)
        try:
            await opened.alter(migrate)
        except BaseException:
            await opened.close()
            raise
        return cls(opened, sealing)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Unit]:
        """A write unit."""
        async with self._database.write() as transaction:
            unit = Unit(transaction, self._sealing)
            yield unit
        if unit.dispatches.added:
            self.dispatched.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        """A read unit: sees one consistent state, writes nothing."""
        async with self._database.read() as transaction:
            yield Unit(transaction, self._sealing)

    async def close(self) -> None:
        await self._database.close()

    async def healthy(self) -> bool:
        """Whether the database answers."""
        try:
            async with self._database.read() as transaction:
                return await transaction.number(text("SELECT 1")) == 1
        except (Conflict, StoreUnavailable):
            return False


__all__ = [
    "AuditRow",
    "BudgetState",
    "Conflict",
    "Obligation",
    "PolicyVersion",
    "SigningKey",
    "Store",
    "StoreBroken",
    "StoreUnavailable",
    "Unit",
]
