"""What an account owes before everything is in order again: the rows of ``obligations``."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.recoveries import OBLIGATIONS
from twogate.store.transaction import Transaction, insert_in, record_of
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant

_T = OBLIGATIONS.c
_THIS = (_T.user == bindparam("owner")) & (_T.kind == bindparam("what"))
_GET = select(OBLIGATIONS).where(_THIS)
_TELL = update(OBLIGATIONS).where(_THIS, _T.told.is_(None) | (_T.told <= bindparam("before")))
_CLEAR = delete(OBLIGATIONS).where(_THIS)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One of them. ``count``: how often it was put off; ``told``: when its owner was reminded last."""

    user: UserId
    kind: str
    since: Instant
    count: int = 0
    told: Instant | None = None


class Obligations:
    """Obligations by person and kind."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, user: UserId, kind: str) -> Obligation | None:
        return record_of(Obligation, await self._transaction.row(_GET, {"owner": user, "what": kind}))

    async def put(self, user: UserId, kind: str, *, since: Instant) -> None:
        """It stands from now on; one that stands already stays as it is."""
        row = {"user": user, "kind": kind, "since": since, "count": 0, "told": None}
        await self._transaction.run(insert_in(self._transaction.dialect, OBLIGATIONS).on_conflict_do_nothing(), row)

    async def put_off(self, user: UserId, kind: str, *, at: Instant, most: int) -> bool:
        """Count one more time that it was put off; False when that was done ``most`` times already."""
        if most < 1:
            return False
        insert = insert_in(self._transaction.dialect, OBLIGATIONS)
        row = {"user": user, "kind": kind, "since": at, "count": 1, "told": None}
        statement = insert.on_conflict_do_update(
            index_elements=[_T.user, _T.kind], set_={"count": _T.count + 1}, where=_T.count < most
        ).returning(_T.count)
        return await self._transaction.row(statement, row) is not None

    async def remind(self, user: UserId, kind: str, *, at: Instant, every: float) -> bool:
        """True when it is time to remind its owner, and for nobody else until ``every`` seconds have passed."""
        await self.put(user, kind, since=at)
        bounds = {"owner": user, "what": kind, "before": at.plus(-every), "told": at}
        return await self._transaction.changed(_TELL, bounds) == 1

    async def clear(self, user: UserId, kind: str) -> bool:
        """True where it stood."""
        return await self._transaction.changed(_CLEAR, {"owner": user, "what": kind}) == 1
