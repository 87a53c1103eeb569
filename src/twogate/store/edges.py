"""Gateway nodes: the rows of ``edges``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.feed import EDGES
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.edges import Edge
from twogate.terms.ids import EdgeId
from twogate.terms.instant import Instant

_THIS = EDGES.c.id == bindparam("edge")
_BY_DIGEST = select(EDGES).where(EDGES.c.key_digest == bindparam("digest"))
_LIST = select(EDGES).order_by(EDGES.c.name)
_CHANGE = update(EDGES).where(_THIS)
_REMOVE = delete(EDGES).where(_THIS)


class Edges:
    """Edges by the digest of their key."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, edge: Edge) -> None:
        """Raises ``Conflict`` when the name is taken."""
        await self._transaction.add(EDGES, values_of(edge))

    async def by_digest(self, key_digest: str) -> Edge | None:
        return record_of(Edge, await self._transaction.row(_BY_DIGEST, {"digest": key_digest}))

    async def list(self) -> Sequence[Edge]:
        """By name."""
        return records_of(Edge, await self._transaction.rows(_LIST))

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
        await self._transaction.run(_CHANGE, {"edge": edge, **said})

    async def remove(self, edge: EdgeId) -> bool:
        return await self._transaction.changed(_REMOVE, {"edge": edge}) == 1
