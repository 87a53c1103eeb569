"""Where somebody signed in from: the rows of ``places``, forgotten after some months."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from twogate.store.tables.places import PLACES
from twogate.store.transaction import Row, Transaction
from twogate.terms.ids import UserId
from twogate.terms.instant import Instant
from twogate.terms.place import Coordinates, Place, Sighting

_OWNED = PLACES.c.user == bindparam("owner")
_OF_USER = select(PLACES).where(_OWNED).order_by(PLACES.c.at.desc(), PLACES.c.id.desc()).limit(bindparam("most"))
_OLD = select(PLACES.c.id).where(PLACES.c.at <= bindparam("end")).limit(bindparam("most"))
_PRUNE = delete(PLACES).where(PLACES.c.id.in_(_OLD))


class Places:
    """Sign-ins by owner, newest first."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, sighting: Sighting) -> None:
        place, point = sighting.place, sighting.place.coordinates
        values = {
            "id": sighting.id,
            "user": sighting.user,
            "session": sighting.session,
            "at": sighting.at,
            "address": sighting.address,
            "country": place.country,
            "asn": place.asn,
            "city": place.city,
            "latitude": point.latitude if point else None,
            "longitude": point.longitude if point else None,
            "within_km": point.within_km if point else None,
            "device": sighting.device,
            "facts": sighting.facts,
        }
        await self._transaction.add(PLACES, values)

    async def of_user(self, user: UserId, *, limit: int = 100) -> Sequence[Sighting]:
        return [_sighting(row) for row in await self._transaction.rows(_OF_USER, {"owner": user, "most": limit})]

    async def prune(self, now: Instant, *, keep_seconds: int, limit: int = 1000) -> int:
        """Forget what is so old."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-keep_seconds), "most": limit}, large=True)


def _sighting(row: Row) -> Sighting:
    known = row["latitude"] is not None and row["longitude"] is not None
    point = Coordinates(row["latitude"], row["longitude"], row["within_km"] or 0.0) if known else None
    place = Place(row["country"], row["asn"], row["city"], point)
    kept = ("id", "user", "session", "at", "address", "device", "facts")
    return Sighting(place=place, **{name: row[name] for name in kept})
