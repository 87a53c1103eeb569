"""Which recoveries have handed out a pass: rows of ``recoveries``, seen from the credential that stands in."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from twogate.store.tables.recoveries import RECOVERIES
from twogate.store.transaction import Transaction, records_of
from twogate.terms.ids import RecoveryId
from twogate.terms.instant import Instant
from twogate.terms.recovery import Recovery

_T = RECOVERIES.c
_HELD = _T.credential != ""
_OUT = select(RECOVERIES).where(_HELD, _T.ended.is_(None)).limit(bindparam("most"))
_OVER = select(RECOVERIES).where(_HELD, _T.ended <= bindparam("end")).limit(bindparam("most"))
_DROP = update(RECOVERIES).where(_T.id == bindparam("recovery")).values(credential="")


class RecoveryPasses:
    """Passes that are out, and those that are over and still kept."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def out(self, *, limit: int = 1000) -> Sequence[Recovery]:
        """Open recoveries that have handed one out."""
        return records_of(Recovery, await self._transaction.rows(_OUT, {"most": limit}))

    async def over(self, before: Instant, *, limit: int = 100) -> Sequence[Recovery]:
        """Recoveries that ended before, and whose pass is still kept."""
        return records_of(Recovery, await self._transaction.rows(_OVER, {"end": before, "most": limit}))

    async def drop(self, recovery: RecoveryId) -> None:
        """Its pass is gone."""
        await self._transaction.run(_DROP, {"recovery": recovery})
