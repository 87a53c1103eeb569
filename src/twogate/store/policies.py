"""Published policies: the rows of ``policies``, none of them ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from twogate.store.counters import draw
from twogate.store.tables.feed import POLICIES
from twogate.store.transaction import Transaction, record_of, records_of
from twogate.terms.instant import Instant


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
        newest = select(POLICIES).order_by(POLICIES.c.version.desc()).limit(1)
        return record_of(PolicyVersion, await self._transaction.row(newest))

    async def get(self, version: int) -> PolicyVersion | None:
        found = await self._transaction.row(select(POLICIES).where(POLICIES.c.version == version))
        return record_of(PolicyVersion, found)

    async def list(self, *, limit: int = 50) -> Sequence[PolicyVersion]:
        """Newest first."""
        newest = select(POLICIES).order_by(POLICIES.c.version.desc()).limit(limit)
        return records_of(PolicyVersion, await self._transaction.rows(newest))
