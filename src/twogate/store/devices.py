"""Known browsers and apps: the rows of ``devices``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.users import DEVICES
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.account import Device
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant

_BY_DIGEST = select(DEVICES).where(DEVICES.c.secret_digest == bindparam("digest"))
_OWNED = DEVICES.c.user == bindparam("owner")
_OF_USER = select(DEVICES).where(_OWNED).order_by(DEVICES.c.created, DEVICES.c.id)
_CHANGE = update(DEVICES).where(DEVICES.c.id == bindparam("device"))
_REMOVE_ALL = delete(DEVICES).where(_OWNED)
_NEWEST = (
    select(DEVICES.c.id)
    .where(_OWNED)
    .order_by(DEVICES.c.last_seen.desc(), DEVICES.c.created.desc(), DEVICES.c.id)
    .limit(bindparam("most"))
)
_SURPLUS = delete(DEVICES).where(_OWNED, DEVICES.c.id.not_in(_NEWEST))
_OLD = select(DEVICES.c.id).where(DEVICES.c.last_seen <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(DEVICES).where(DEVICES.c.id.in_(_OLD))


class Devices:
    """Devices by the digest of their cookie's secret and by owner."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, device: Device) -> None:
        await self._transaction.add(DEVICES, values_of(device))

    async def by_digest(self, digest: str) -> Device | None:
        return record_of(Device, await self._transaction.row(_BY_DIGEST, {"digest": digest}))

    async def of_user(self, user: UserId) -> Sequence[Device]:
        return records_of(Device, await self._transaction.rows(_OF_USER, {"owner": user}))

    async def touch(self, device: str, at: Instant) -> None:
        await self._transaction.run(_CHANGE, {"device": device, "last_seen": at})

    async def remove_all(self, user: UserId) -> None:
        await self._transaction.run(_REMOVE_ALL, {"owner": user})

    async def keep_newest(self, user: UserId, most: int) -> None:
        """Forget those that were seen longest ago, so that ``most`` are left."""
        await self._transaction.run(_SURPLUS, {"owner": user, "most": most})

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget those that were not seen for so long, ``limit`` at a time."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit}, large=True)
