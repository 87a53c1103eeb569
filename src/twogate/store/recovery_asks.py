"""Names typed into the recovery page: the rows of ``recovery_asks``. The name is sealed until somebody looks."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, delete, select

from twogate.store.sealing import Sealing
from twogate.store.tables.recoveries import RECOVERY_ASKS
from twogate.store.transaction import Transaction, insert_in, values_of
from twogate.terms.recovery import Ask

_COLUMN = "recovery_asks.name"
_T = RECOVERY_ASKS.c
_ANY = select(_T.digest).limit(1)
_FIRST = select(_T.digest).order_by(_T.at, _T.digest).limit(bindparam("most")).with_for_update(skip_locked=True)
_TAKE = delete(RECOVERY_ASKS).where(_T.digest.in_(_FIRST)).returning(*_T)


class RecoveryAsks:
    """A queue. Whatever name is put in, putting it in is the same work."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def add(self, ask: Ask) -> None:
        """The same name asked for again before anybody looked is one ask."""
        sealed = self._sealing.seal(_COLUMN, ask.digest, ask.name.encode())
        insert = insert_in(self._transaction.dialect, RECOVERY_ASKS).on_conflict_do_nothing()
        await self._transaction.run(insert, {**values_of(ask), "name": sealed})

    async def any(self) -> bool:
        """Whether one waits."""
        return await self._transaction.row(_ANY) is not None

    async def take(self, *, limit: int = 20) -> Sequence[Ask]:
        """Take the oldest out; nobody else gets them."""
        rows = await self._transaction.rows(_TAKE, {"most": limit})
        opened = [
            replace(Ask(**row), name=self._sealing.open(_COLUMN, row["digest"], row["name"]).decode()) for row in rows
        ]
        return sorted(opened, key=lambda ask: (ask.at, ask.digest))
