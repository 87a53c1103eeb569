"""Registered OAuth clients: the rows of ``clients``."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from twogate.store.tables.sessions import CLIENTS
from twogate.store.transaction import Transaction, record_of, records_of, values_of
from twogate.terms.client import Client
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant

_THIS = CLIENTS.c.id == bindparam("client")
_BY_ID = select(CLIENTS).where(_THIS)
_LIST = select(CLIENTS).order_by(CLIENTS.c.created, CLIENTS.c.id)
_CHANGE = update(CLIENTS).where(_THIS)
_LASTING = frozenset({"id", "created", "blocked"})
_REMOVE = delete(CLIENTS).where(_THIS)


class Clients:
    """Clients by id."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, client: Client) -> None:
        """Raises ``Conflict`` when the id is taken."""
        await self._transaction.add(CLIENTS, values_of(client))

    async def get(self, client: ClientId) -> Client | None:
        return record_of(Client, await self._transaction.row(_BY_ID, {"client": client}))

    async def list(self) -> Sequence[Client]:
        """Oldest first."""
        return records_of(Client, await self._transaction.rows(_LIST))

    async def set_blocked(self, client: ClientId, at: Instant | None) -> None:
        await self._transaction.run(_CHANGE, {"client": client, "blocked": at})

    async def set_secret(self, client: ClientId, digest: str) -> bool:
        """False when there is no such client, or when it is a public one: that has no secret to change."""
        confidential = update(CLIENTS).where(CLIENTS.c.id == client, CLIENTS.c.secret_digest != "")
        return await self._transaction.changed(confidential.values(secret_digest=digest)) == 1

    async def replace(self, client: Client) -> None:
        """Put what it says about itself now in the place of what it said before; its block is not touched."""
        said = {name: value for name, value in values_of(client).items() if name not in _LASTING}
        await self._transaction.run(_CHANGE, {"client": client.id, **said})

    async def set_keys(self, client: ClientId, jwks: str) -> None:
        """Keep what was read at its ``jwks_uri``."""
        await self._transaction.run(_CHANGE, {"client": client, "jwks": jwks})

    async def remove(self, client: ClientId) -> None:
        await self._transaction.run(_REMOVE, {"client": client})
