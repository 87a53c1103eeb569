"""How phones are woken: the rows of ``push_devices``. Addresses are sealed.

Decides that a phone's newest word counts: an older statement that is sent again changes nothing.
"""

import json
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import bindparam, delete, select, update

from twogate.store.sealing import Sealing
from twogate.store.tables.push import PUSH_DEVICES
from twogate.store.tables.users import CREDENTIALS
from twogate.store.transaction import Insert, Transaction, insert_in
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.push import PushDeviceId, Route

_T = PUSH_DEVICES.c
_COLUMN = "push_devices.route"
_OF_USER = select(PUSH_DEVICES).where(_T.user == bindparam("owner"), _T.route.is_not(None))
_FORGET = update(PUSH_DEVICES).where(_T.id == bindparam("this"))
_GONE = select(_T.id).where(~select(CREDENTIALS.c.id).where(CREDENTIALS.c.identifier == _T.id).exists())
_PRUNE = delete(PUSH_DEVICES).where(_T.id.in_(_GONE.limit(bindparam("most"))))


class PushDevices:
    """Routes by phone and by owner."""

    def __init__(self, transaction: Transaction, sealing: Sealing) -> None:
        self._transaction = transaction
        self._sealing = sealing

    async def put(self, device: PushDeviceId, user: UserId, route: Route | None, *, said: Instant) -> bool:
        """Note how a phone is woken from now on. False: it has said something newer."""
        sealed = None
        if route is not None:
            plain = json.dumps({"way": route.way, "address": dict(route.address)}, separators=(",", ":")).encode()
            sealed = self._sealing.seal(_COLUMN, device, plain)
        values = {"id": device, "user": user, "route": sealed, "routed": said}
        return await self._transaction.changed(_put(self._transaction.dialect), values) == 1

    async def routes(self, user: UserId) -> Mapping[PushDeviceId, Route]:
        """Every phone of this person that can be woken. Whether it is still connected is for the caller."""
        found = {}
        for row in await self._transaction.rows(_OF_USER, {"owner": user}):
            raw = json.loads(self._sealing.open(_COLUMN, row["id"], row["route"]))
            found[PushDeviceId(row["id"])] = Route(raw["way"], raw["address"])
        return found

    async def forget(self, device: PushDeviceId) -> None:
        """Its address is gone: it asks by itself until it says another one."""
        await self._transaction.run(_FORGET, {"this": device, "route": None})

    async def prune(self, *, limit: int = 1000) -> int:
        """Forget phones that are connected no longer."""
        return await self._transaction.changed(_PRUNE, {"most": limit})


@lru_cache
def _put(dialect: str) -> Insert:
    first = insert_in(dialect, PUSH_DEVICES)
    new = first.excluded
    return first.on_conflict_do_update(
        index_elements=[_T.id],
        set_={"route": new.route, "routed": new.routed},
        where=(_T.routed < new.routed) & (_T.user == new.user),
    ).execution_options(preserve_rowcount=True)
