"""Sign-ins under way: the rows of ``flows``. Each step is taken once: its handle is swapped for the next one."""

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.sessions import FLOWS
from twogate.store.transaction import Transaction, record_of, values_of
from twogate.terms.instant import Instant
from twogate.terms.session import Flow

_THIS = FLOWS.c.handle_digest == bindparam("this")
_BY_DIGEST = select(FLOWS).where(_THIS)
_STEP = update(FLOWS).where(_THIS)
_REMOVE = delete(FLOWS).where(_THIS)
_OLD = select(FLOWS.c.handle_digest).where(FLOWS.c.expires <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(FLOWS).where(FLOWS.c.handle_digest.in_(_OLD))


class Flows:
    """Flows by the digest of the handle their caller holds."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, flow: Flow) -> None:
        await self._transaction.add(FLOWS, values_of(flow))

    async def get(self, handle_digest: str) -> Flow | None:
        return record_of(Flow, await self._transaction.row(_BY_DIGEST, {"this": handle_digest}))

    async def replace(self, old_digest: str, flow: Flow) -> bool:
        """One conditional update: True exactly once for ``old_digest``."""
        return await self._transaction.changed(_STEP, {"this": old_digest, **values_of(flow)}) == 1

    async def remove(self, handle_digest: str) -> bool:
        """True exactly once."""
        return await self._transaction.changed(_REMOVE, {"this": handle_digest}) == 1

    async def prune(self, now: Instant, *, limit: int = 1000) -> int:
        """Forget expired ones, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now, "most": limit})
