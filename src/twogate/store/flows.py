"""Sign-ins under way: the rows of ``flows``. Each step is taken once: its handle is swapped for the next one."""

from sqlalchemy import delete, select, update

from twogate.store.tables.sessions import FLOWS
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.instant import Instant
from twogate.terms.session import Flow


class Flows:
    """Flows by the digest of the handle their caller holds."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, flow: Flow) -> None:
        await self._transaction.add(FLOWS, values_of(flow))

    async def get(self, handle_digest: str) -> Flow | None:
        found = await self._transaction.row(select(FLOWS).where(FLOWS.c.handle_digest == handle_digest))
        return record_of(Flow, found)

    async def replace(self, old_digest: str, flow: Flow) -> bool:
        """One conditional update: True exactly once for ``old_digest``."""
        step = update(FLOWS).where(FLOWS.c.handle_digest == old_digest).values(values_of(flow))
        return await self._transaction.changed(step) == 1

    async def remove(self, handle_digest: str) -> bool:
        """True exactly once."""
        return await self._transaction.changed(delete(FLOWS).where(FLOWS.c.handle_digest == handle_digest)) == 1

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget expired ones, ``limit`` at a time."""
        old = select(FLOWS.c.handle_digest).where(FLOWS.c.expires <= now).limit(limit)
        return await self._transaction.changed(delete(FLOWS).where(FLOWS.c.handle_digest.in_(old)))
