"""What waits to be sent: the rows of ``dispatches``; addresses and contents are sealed, and gone once it is over.

Decides how one of several processes takes what is due: with a lease, so that what a killed process had taken is
taken again (at least once, never lost). When to try again, and how often, is for ``services.deliver``. What is over
stays a while without its content, because it is counted: how much was sent to a person, to an address, at all.
"""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, func, select, update

from twogate.store.sealing import Sealing
from twogate.store.tables.messages import DISPATCHES
from twogate.store.transaction import Row, Transaction
from twogate.terms.dispatch import Channel, Dispatch, Waiting
from twogate.terms.ids import CredentialId, DispatchId, UserId, id_of
from twogate.terms.instant import Instant

_COLUMN = "dispatches.content"
_T = DISPATCHES.c
_ID_BYTES = 10
_DUE = (
    select(_T.id)
    .where(_T.due <= bindparam("now"), _T.expires > bindparam("now"))
    .order_by(_T.due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # PostgreSQL; on SQLite a write unit is alone anyway
)
_LEASE = (
    update(DISPATCHES)
    .where(_T.id.in_(_DUE))
    .values(due=bindparam("again", type_=_T.due.type), tries=_T.tries + 1)
    .returning(*_T)
)
_THIS = update(DISPATCHES).where(_T.id == bindparam("this"), _T.sent.is_(None))
_OVER = _THIS.values(
    content=None,
    due=None,
    sent=bindparam("at", type_=_T.sent.type),
    fault=bindparam("why"),
)
_WAITS = (
    update(DISPATCHES)
    .where(_T.id == bindparam("this"), _T.due.is_not(None))
    .values(due=bindparam("again", type_=_T.due.type), fault=bindparam("why"))
)
_LATE = select(_T.id).where(_T.due.is_not(None), _T.expires <= bindparam("now")).limit(bindparam("most"))
_EXPIRE = (
    update(DISPATCHES)
    .where(_T.id.in_(_LATE.with_for_update(skip_locked=True)))
    .values(content=None, due=None)
    .returning(_T.id, _T.user, _T.channel, _T.fault)
)
_NEXT = select(func.min(_T.due)).where(_T.due.is_not(None))
_SINCE = (_T.created > bindparam("since")) & (_T.counted == bindparam("codes"))
_COUNT = select(func.count()).select_from(DISPATCHES).where(_T.channel == bindparam("way"), _SINCE)
_TO_USER = _COUNT.where(_T.user == bindparam("owner"))
_TO_ADDRESS = _COUNT.where(_T.address_digest == bindparam("address"))
_LAST_SENT = select(func.coalesce(func.max(_T.created), 0)).where(_T.channel == bindparam("way"), _T.sent.is_not(None))
_IN_VAIN = _T.channel == bindparam("way"), _T.due.is_not(None), _T.fault != ""
_STUCK_OWN = select(func.count()).select_from(DISPATCHES).where(*_IN_VAIN, _T.user == bindparam("owner"))
_STUCK = select(func.count(_T.user.distinct())).where(*_IN_VAIN, _T.created > _LAST_SENT.scalar_subquery())
_MANY = 3  # people
_OLD = select(_T.id).where(_T.created <= bindparam("end"), _T.due.is_(None)).limit(bindparam("most"))
_PRUNE = delete(DISPATCHES).where(_T.id.in_(_OLD))


class Dispatches:
    """The outbox. ``added`` says whether this unit put something in: whoever carries it is woken after the commit."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing
        self.added = False

    async def add(
        self,
        user: UserId,
        dispatch: Dispatch,
        *,
        credential: CredentialId | None = None,
        counted: bool = True,
        now: Instant,
    ) -> DispatchId:
        """Put it in; it is due at once. A notice is not ``counted``: it must not use up what its owner may be sent."""
        content = json.dumps({"to": dispatch.to, "facts": dict(dispatch.facts)}, separators=(",", ":")).encode()
        name = id_of("dsp", self._sealing.digest("dispatches.id", content + self._sealing.fresh(), _ID_BYTES))
        row = {
            "id": name,
            "user": user,
            "credential": credential,
            "channel": str(dispatch.channel),
            "address_digest": self._address(dispatch.channel, dispatch.to),
            "content": self._sealing.seal(_COLUMN, name, content),
            "counted": counted,
            "created": now,
            "expires": now.plus(dispatch.life),
            "due": now,
            "tries": 0,
            "sent": None,
            "fault": "",
        }
        await self._transaction.add(DISPATCHES, row)
        self.added = True
        return DispatchId(name)

    async def take(self, now: Instant, *, lease: float, limit: int = 20) -> Sequence[Waiting]:
        """Take what is due, the longest due first; nobody else is given it before ``lease`` seconds are over."""
        bounds = {"now": now, "again": now.plus(lease), "most": limit}
        rows = await self._transaction.rows(_LEASE, bounds)
        return sorted((self._open(row) for row in rows), key=lambda one: (one.created, one.id))

    async def sent(self, dispatch: DispatchId, at: Instant) -> bool:
        """It was carried: its content is erased. True for the first who says so."""
        return await self._transaction.changed(_OVER, {"this": dispatch, "at": at, "why": ""}) == 1

    async def failed(self, dispatch: DispatchId, *, fault: str, again: Instant | None) -> None:
        """It could not be carried. ``again``: when to try next; None: never, and its content is erased."""
        values = {"this": dispatch, "why": fault}
        if again is None:
            await self._transaction.run(_OVER, {**values, "at": None})
        else:
            await self._transaction.run(_WAITS, {**values, "again": again})

    async def expire(self, now: Instant, *, limit: int = 100) -> Sequence[Row]:
        """Give up what is not worth sending any more; return id, user, channel and last fault of each."""
        return await self._transaction.rows(_EXPIRE, {"now": now, "most": limit})

    async def next_due(self) -> Instant | None:
        """When the next one is to be tried; None: nothing waits."""
        row = await self._transaction.row(_NEXT)
        return None if row is None else next(iter(row.values()))

    async def count(self, user: UserId, channel: Channel, since: Instant, *, counted: bool = True) -> int:
        """How many were put in for this person, carried or not; ``counted``: as they were put in."""
        values = {"owner": user, "way": str(channel), "since": since, "codes": counted}
        return await self._transaction.number(_TO_USER, values)

    async def count_all(
        self, channel: Channel, since: Instant, *, address: str | None = None, counted: bool = True
    ) -> int:
        """How many were put in for everybody together, or for one address, whoever asked."""
        values = {"way": str(channel), "since": since, "codes": counted}
        if address is None:
            return await self._transaction.number(_COUNT, values)
        return await self._transaction.number(_TO_ADDRESS, {**values, "address": self._address(channel, address)})

    async def stuck(self, user: UserId, channel: Channel, *, since: Instant) -> bool:
        """Whether something for this person was tried in vain and waits, or for several people at once.

        Where nothing was put in ``since`` then, several people do not count: somebody has to try whether it is over.
        """
        if await self._transaction.number(_STUCK_OWN, {"way": str(channel), "owner": user}) > 0:
            return True
        many = await self._transaction.number(_STUCK, {"way": str(channel)}) >= _MANY
        return many and await self.count_all(channel, since) > 0

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget what is over and too old to be counted."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit})

    def _address(self, channel: Channel, address: str) -> bytes:
        return self._sealing.digest("dispatches.address_digest", f"{channel}:{address}".encode())

    def _open(self, row: Row) -> Waiting:
        content: Mapping[str, object] = json.loads(self._sealing.open(_COLUMN, row["id"], row["content"]))
        facts = content["facts"]
        life = int(Instant(row["expires"]).since(row["created"]))
        if not isinstance(facts, dict):
            raise TypeError("a dispatch without facts")
        return Waiting(
            id=DispatchId(row["id"]),
            user=UserId(row["user"]),
            credential=row["credential"],
            dispatch=Dispatch(Channel(row["channel"]), str(content["to"]), facts, life),
            created=row["created"],
            expires=row["expires"],
            tries=row["tries"],
        )
