"""Ways back into accounts: the rows of ``recoveries``. Every change is compare-and-set, so an end is an end."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.errors import Conflict
from twogate.store.tables.recoveries import RECOVERIES
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.ids import RecoveryId, UserId
from twogate.terms.instant import Instant
from twogate.terms.recovery import Recovery

_T = RECOVERIES.c
_BY_ID = select(RECOVERIES).where(_T.id == bindparam("recovery"))
_OF_USER = (
    select(RECOVERIES)
    .where(_T.user == bindparam("owner"), _T.ended.is_(None) | (_T.ended > bindparam("since")))
    .order_by(_T.asked.desc(), _T.id)
)
_OPEN = select(RECOVERIES).where(_T.ended.is_(None)).order_by(_T.asked, _T.id).limit(bindparam("most"))
_DUE = (
    select(RECOVERIES)
    .where(_T.ended.is_(None), _T.due <= bindparam("now"))
    .order_by(_T.due, _T.id)
    .limit(bindparam("most"))
)
_BY_CANCEL = select(RECOVERIES).where(_T.cancel_digest == bindparam("digest"), _T.cancel_digest != "")
_BY_SECRET = select(RECOVERIES).where(_T.secret_digest == bindparam("digest"), _T.secret_digest != "")
_REPLACE = (
    update(RECOVERIES)
    .where(_T.id == bindparam("recovery"), _T.version == bindparam("read"), _T.ended.is_(None))
    .values(version=_T.version + 1)
)
_REPORT = update(RECOVERIES).where(_T.id == bindparam("recovery"))
_OLD = select(_T.id).where(_T.ended <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(RECOVERIES).where(_T.id.in_(_OLD))
_CHANGEABLE = ("stage", "due", "approved_by", "cancel_digest", "secret_digest", "credential", "ended")


class Recoveries:
    """Recoveries by id, by owner, and by the digests of their secrets."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, recovery: Recovery) -> None:
        await self._transaction.add(RECOVERIES, values_of(recovery))

    async def get(self, recovery: RecoveryId) -> Recovery | None:
        return record_of(Recovery, await self._transaction.row(_BY_ID, {"recovery": recovery}))

    async def of_user(self, user: UserId, *, since: Instant) -> Sequence[Recovery]:
        """The open ones and those that ended after ``since``, newest first."""
        return records_of(Recovery, await self._transaction.rows(_OF_USER, {"owner": user, "since": since}))

    async def open(self, *, limit: int = 1000) -> Sequence[Recovery]:
        """Everybody's, oldest first."""
        return records_of(Recovery, await self._transaction.rows(_OPEN, {"most": limit}))

    async def due(self, now: Instant, *, limit: int = 100) -> Sequence[Recovery]:
        """Those whose present stage ends by itself now."""
        return records_of(Recovery, await self._transaction.rows(_DUE, {"now": now, "most": limit}))

    async def by_cancel(self, digest: str) -> Recovery | None:
        return record_of(Recovery, await self._transaction.row(_BY_CANCEL, {"digest": digest}))

    async def by_secret(self, digest: str) -> Recovery | None:
        return record_of(Recovery, await self._transaction.row(_BY_SECRET, {"digest": digest}))

    async def replace(self, recovery: Recovery) -> None:
        """Compare-and-set at ``recovery.version``; Conflict when it was changed meanwhile, or has ended."""
        values = {name: getattr(recovery, name) for name in _CHANGEABLE}
        bounds = {"recovery": recovery.id, "read": recovery.version, **values}
        if not await self._transaction.changed(_REPLACE, bounds):
            raise Conflict("the recovery was changed meanwhile, or is over")

    async def report_lost(self, recovery: RecoveryId, credentials: tuple[str, ...]) -> None:
        """Note which authenticators were switched off for it."""
        await self._transaction.run(_REPORT, {"recovery": recovery, "credentials": credentials})

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget those that ended so long ago."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})
