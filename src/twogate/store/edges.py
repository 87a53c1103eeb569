"""Gateway nodes: the rows of ``edges``."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from twogate.store.tables.feed import EDGES
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.edges import Edge
from twogate.terms.ids import EdgeId
from twogate.terms.instant import Instant


class Edges:
    """Edges by the digest of their key."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, edge: Edge) -> None:
        """Raises ``Conflict`` when the name is taken."""
        await self._transaction.add(EDGES, values_of(edge))

    async def by_digest(self, key_digest: str) -> Edge | None:
        found = await self._transaction.row(select(EDGES).where(EDGES.c.key_digest == key_digest))
        return record_of(Edge, found)

    async def list(self) -> Sequence[Edge]:
        """By name."""
        return records_of(Edge, await self._transaction.rows(select(EDGES).order_by(EDGES.c.name)))

    async def report(
        self,
        edge: EdgeId,
        *,
        position: int,
        policy_version: int,
        fault: str,
        at: Instant,
    ) -> None:
        """Note what an edge says of itself."""
        said = {"position": position, "policy_version": policy_version, "fault": fault, "seen": at}
        await self._transaction.run(update(EDGES).where(EDGES.c.id == edge).values(said))

    async def remove(self, edge: EdgeId) -> bool:
        return await self._transaction.changed(delete(EDGES).where(EDGES.c.id == edge)) == 1
