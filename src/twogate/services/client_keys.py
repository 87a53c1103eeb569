"""Key sets of clients that name an address for them (``jwks_uri``, RFC 7591 section 2).

Decides when a set is read anew: when a statement names a key that is not in it, or it is old; never twice within half a
minute, so that nobody makes this server call another one as often as they like. A set that cannot be read, or is none,
changes nothing.
"""

from dataclasses import dataclass, field

from twogate.outside.fetch import Fetch
from twogate.rules.protocols.jose.public_key import LARGEST_SET, read_keys
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.store.unit import Store
from twogate.terms.client import Client
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.verdict import Refused

OLD = 3_600  # seconds
AGAIN = 30  # seconds
_OK = 200
_MOST = 10_000  # clients remembered


@dataclass(slots=True)
class ClientKeys:
    """Keeps registered key sets fresh. Call ``ready`` before the unit in which the statement is looked at."""

    store: Store
    clock: Clock
    fetch: Fetch
    _read: dict[str, Instant] = field(default_factory=dict)

    async def ready(self, presented: Presented) -> None:
        """Read the set anew where that is needed to check what is presented."""
        if presented.assertion is None:
            return
        async with self.store.read() as unit:
            client = await unit.clients.get(presented.client)
        if client is None or client.blocked is not None or not client.jwks_uri:
            return
        kid, now = presented.assertion.header.get("kid"), self.clock.now()
        known = any(kid is None or key.kid == kid for key in read_keys(client.jwks))
        age = now.since(self._read[client.id]) if client.id in self._read else OLD
        if age >= (OLD if known else AGAIN):
            self._read[client.id] = now
            while len(self._read) > _MOST:
                del self._read[next(iter(self._read))]
            await self._refresh(client)

    async def _refresh(self, client: Client) -> None:
        got = await self.fetch.get(client.jwks_uri)
        if isinstance(got, Refused) or got.value.status != _OK:
            return
        text = got.value.body.decode("utf-8", "replace")
        if len(text) > LARGEST_SET or not read_keys(text) or text == client.jwks:
            return
        async with self.store.work() as unit:
            await unit.clients.set_keys(client.id, text)
