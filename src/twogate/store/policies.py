"""Published policies: the rows of ``policies``, none of them ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from twogate.store.counters import draw
from twogate.store.tables.feed import POLICIES
from twogate.store.transaction import Transaction, record_of, records_of
from twogate.terms.instant import Instant

_NEWEST = select(POLICIES).order_by(POLICIES.c.version.desc()).limit(bindparam("most"))
_BY_VERSION = select(POLICIES).where(POLICIES.c.version == bindparam("this"))


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One published policy text."""

    version: int
    toml: str
    published: Instant
    by: str


class Policies:
    """Policies by version."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def publish(self, toml: str, *, at: Instant, by: str) -> int:
        """Store a new version; return its number."""
        version = await draw(self._transaction, "policy")
        row = {"version": version, "toml": toml, "published": at, "by": by}
        await self._transaction.add(POLICIES, row)
        return version

    async def current(self) -> PolicyVersion | None:
        return record_of(PolicyVersion, await self._transaction.row(_NEWEST, {"most": 1}))

    async def get(self, version: int) -> PolicyVersion | None:
        return record_of(PolicyVersion, await self._transaction.row(_BY_VERSION, {"this": version}))

    async def list(self, *, limit: int = 50) -> Sequence[PolicyVersion]:
        """Newest first."""
        return records_of(PolicyVersion, await self._transaction.rows(_NEWEST, {"most": limit}))
