"""Gateway nodes and the keys by which they identify themselves at the change feed.

Decides that a key is shown once and stored as its digest. What a key may do is ``terms.permissions``.
"""

from collections.abc import Sequence

from twogate.store.unit import Conflict, Store
from twogate.terms.edges import Edge
from twogate.terms.events import Event
from twogate.terms.ids import EdgeId, new_id
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.verdict import Refused

PREFIX = "tg_edge_"


class EdgeKeys:
    """Add, list and remove nodes."""

    def __init__(self, store: Store, clock: Clock, entropy: Entropy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy

    async def add(self, name: str, *, by: str) -> tuple[Edge, Secret] | Refused:
        """Make a node and its key; refused when the name is taken."""
        now = self._clock.now()
        key = new_secret(PREFIX, self._entropy)
        edge = Edge(EdgeId(new_id("edg", self._entropy)), name, key.sha256(), now)
        try:
            async with self._store.work() as unit:
                await unit.edges.add(edge)
                await unit.audit.append(Event.ADMIN_EDGE_ADDED, at=now, actor=by, subject=edge.id, facts={"name": name})
        except Conflict:
            return Refused(Reason.INPUT_MALFORMED, f"an edge named {name} exists already")
        return edge, key

    async def known(self, key: Secret) -> Edge | None:
        """Return the node a key belongs to."""
        async with self._store.read() as unit:
            return await unit.edges.by_digest(key.sha256())

    async def all(self) -> Sequence[Edge]:
        """Every node, by name."""
        async with self._store.read() as unit:
            return await unit.edges.list()

    async def remove(self, name: str, *, by: str) -> bool:
        """Remove a node; its key is worth nothing from then on. False when there is none of that name."""
        async with self._store.work() as unit:
            found = next((edge for edge in await unit.edges.list() if edge.name == name), None)
            if found is None or not await unit.edges.remove(found.id):
                return False
            facts = {"name": name}
            await unit.audit.append(
                Event.ADMIN_EDGE_REMOVED, at=self._clock.now(), actor=by, subject=found.id, facts=facts
            )
        return True
