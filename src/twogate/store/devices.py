"""Known browsers and apps: the rows of ``devices``."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from twogate.store.tables.users import DEVICES
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.account import Device
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant


class Devices:
    """Devices by the digest of their cookie's secret and by owner."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, device: Device) -> None:
        await self._transaction.add(DEVICES, values_of(device))

    async def by_digest(self, digest: str) -> Device | None:
        found = await self._transaction.row(select(DEVICES).where(DEVICES.c.secret_digest == digest))
        return record_of(Device, found)

    async def of_user(self, user: UserId) -> Sequence[Device]:
        mine = select(DEVICES).where(DEVICES.c.user == user).order_by(DEVICES.c.created, DEVICES.c.id)
        return records_of(Device, await self._transaction.rows(mine))

    async def touch(self, device: str, at: Instant) -> None:
        await self._transaction.run(update(DEVICES).where(DEVICES.c.id == device).values(last_seen=at))

    async def remove_all(self, user: UserId) -> None:
        await self._transaction.run(delete(DEVICES).where(DEVICES.c.user == user))
