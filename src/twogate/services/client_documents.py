"""Clients that describe themselves at the address that is their id (draft-ietf-oauth-client-id-metadata-document).

Decides when a document is read and how long it counts. It is kept in memory, so that strangers fill no database: a row
is written only when somebody who is signed in lets such a client have a code. No document, no client: what was read an
hour ago does not stand in for what cannot be read now.
"""

import asyncio
from dataclasses import dataclass, field

from twogate.outside.fetch import Fetch
from twogate.rules.protocols.oauth2.client_id_metadata_document.document import is_document, read_document
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.services.clients import client_of
from twogate.settings.registration import RegistrationSettings
from twogate.store.unit import Store
from twogate.terms.client import Client
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.verdict import Refused

LONGEST, USUAL, SHORTEST = 3_600, 300, 60  # seconds for which a document counts
_MOST = 1_000  # documents in memory
_AT_ONCE = 8
_OK = 200


@dataclass(frozen=True, slots=True)
class _Known:
    client: Client | None  # None: there was no good document
    until: Instant


@dataclass(slots=True)
class ClientDocuments:
    """Reads documents, each at most once a minute."""

    store: Store
    clock: Clock
    fetch: Fetch
    settings: RegistrationSettings
    local: bool = False  # plain http on this machine counts as well
    _known: dict[str, _Known] = field(default_factory=dict)
    _under_way: dict[str, "asyncio.Task[_Known]"] = field(default_factory=dict)

    def is_one(self, client_id: str) -> bool:
        """Whether a client of this id describes itself, and may."""
        return self.settings.documents and is_document(client_id, local=self.local)

    async def find(self, client_id: str) -> Client | None:
        """Return the client as its document has it; one that the operator has blocked stays blocked."""
        async with self.store.read() as unit:
            kept = await unit.clients.get(ClientId(client_id))
        if kept is not None and kept.blocked is not None:
            return kept
        known = self._known.get(client_id)
        if known is None or known.until <= self.clock.now():
            known = await self._once(client_id)
        return known.client if known else None

    async def keep(self, client: Client) -> None:
        """Write it down: it is about to get a code."""
        async with self.store.work() as unit:
            await unit.alone(f"client:{client.id}")
            if await unit.clients.get(client.id) is None:
                await unit.clients.add(client)
            else:
                await unit.clients.replace(client)

    async def _once(self, client_id: str) -> _Known | None:
        """Read it, together with whoever asks for the same at this moment; None: too many others are being read."""
        task = self._under_way.get(client_id)
        if task is None:
            if len(self._under_way) >= _AT_ONCE:
                return None
            task = asyncio.create_task(self._read(client_id))
            self._under_way[client_id] = task
            task.add_done_callback(lambda _: self._under_way.pop(client_id, None))
        return await asyncio.shield(task)

    async def _read(self, client_id: str) -> _Known:
        got, now = await self.fetch.get(client_id), self.clock.now()
        client, life = None, SHORTEST
        if not isinstance(got, Refused) and got.value.status == _OK and got.value.media_type.endswith("json"):
            wanted = read_document(client_id, got.value.body, scopes=self.settings.scopes)
            if not isinstance(wanted, OAuthRefusal):
                client = client_of(wanted, ClientId(client_id), secret_digest="", created=now)
                age = USUAL if got.value.max_age is None else got.value.max_age
                life = max(SHORTEST, min(age, LONGEST))
        known = _Known(client, now.plus(life))
        self._known.pop(client_id, None)
        self._known[client_id] = known
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]
        return known
