"""Wake the phones of somebody who is asked: each by the way it said.

Decides that all phones of a person are woken and that one is enough; that an address which is gone is forgotten; and
that a phone without an address is no fault: it finds the question when its page is opened.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from twogate.rules.factors.push.factor import LIFE, PAGE, Push
from twogate.store.unit import Store
from twogate.terms.dispatch import Fault, Waiting
from twogate.terms.ids import UserId
from twogate.terms.push import Carried, PushDeviceId, Route, Wake


class Way(Protocol):
    """One way to a phone; the real ones are in ``outside.push``."""

    async def carry(self, address: Mapping[str, str], wake: Wake) -> Carried:
        """Hand it over."""

    async def close(self) -> None:
        """Let go of connections."""


class WakePhones:
    """A carrier for ``services.deliver``."""

    def __init__(self, store: Store, ways: Mapping[str, Way], *, origin: str, site: str) -> None:
        self._store = store
        self._ways = ways
        self._origin = origin
        self._site = site

    async def carry(self, waiting: Waiting) -> Fault | None:
        """Return what went wrong where nobody could be woken, or nothing."""
        routes = await self._routes(waiting.user)
        facts = waiting.dispatch.facts
        wake = Wake(self._site, facts["text"], self._origin + PAGE, facts["request"], LIFE)
        results = await asyncio.gather(*(self._wake(route, wake) for route in routes.values()))
        gone = [device for device, result in zip(routes, results, strict=True) if result.gone]
        if gone:
            async with self._store.work() as unit:
                for device in gone:
                    await unit.push_devices.forget(device)
        if not results or any(not result.fault for result in results):
            return None
        return Fault("; ".join(dict.fromkeys(result.fault for result in results)), final=len(gone) == len(results))

    async def close(self) -> None:
        """Let go of every connection."""
        await asyncio.gather(*(way.close() for way in self._ways.values()))

    async def _routes(self, user: UserId) -> Mapping[PushDeviceId, Route]:
        """Of phones that are still connected."""
        async with self._store.read() as unit:
            own = await unit.credentials.of_user(user)
            alive = {one.identifier for one in own if one.factor == Push.name and one.disabled is None}
            return {
                device: route for device, route in (await unit.push_devices.routes(user)).items() if device in alive
            }

    async def _wake(self, route: Route, wake: Wake) -> Carried:
        way = self._ways.get(route.way)
        return await way.carry(route.address, wake) if way else Carried(f"{route.way} is not set up")
