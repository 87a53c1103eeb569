"""Registered OAuth clients."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.store.records import client

from twogate.store.unit import Conflict, Store
from twogate.terms.client import ClientKind
from twogate.terms.ids import ClientId


async def test_clients_come_back_as_they_were_stored(db: Store) -> None:
    """By id and oldest first; an id is taken once."""
    native = client("phone", kind=ClientKind.NATIVE, secret_digest="", created=NOON.plus(1))
    async with db.work() as unit:
        await unit.clients.add(native)
        await unit.clients.add(client())
        with pytest.raises(Conflict):
            await unit.clients.add(client())
    async with db.read() as unit:
        assert await unit.clients.get(ClientId("app")) == client()
        assert await unit.clients.list() == [client(), native]


async def test_a_client_is_blocked_and_removed(db: Store) -> None:
    """Blocking can be undone, removal cannot."""
    async with db.work() as unit:
        await unit.clients.add(client())
        await unit.clients.set_blocked(ClientId("app"), NOON)
        assert await unit.clients.get(ClientId("app")) == client(blocked=NOON)
        await unit.clients.set_blocked(ClientId("app"), None)
        assert await unit.clients.get(ClientId("app")) == client()
        await unit.clients.remove(ClientId("app"))
        assert await unit.clients.get(ClientId("app")) is None


async def test_only_a_confidential_client_gets_another_secret(db: Store) -> None:
    """A public client has none to change."""
    async with db.work() as unit:
        await unit.clients.add(client())
        await unit.clients.add(client("phone", secret_digest=""))
        assert await unit.clients.set_secret(ClientId("app"), "e" * 64)
        assert not await unit.clients.set_secret(ClientId("phone"), "e" * 64)
        assert await unit.clients.get(ClientId("app")) == client(secret_digest="e" * 64)


async def test_a_client_says_other_things_of_itself(db: Store) -> None:
    """All of it changes but its id, its age and its block; keys that were fetched are kept alone."""
    changed = replace(
        client(), name="Other", third_party=True, backchannel_logout_uri="https://app.example.com/out", scope=()
    )
    async with db.work() as unit:
        await unit.clients.add(client())
        await unit.clients.set_blocked(ClientId("app"), NOON)
        await unit.clients.replace(replace(changed, created=NOON.plus(9), blocked=None))
        assert await unit.clients.get(ClientId("app")) == replace(changed, blocked=NOON)
        await unit.clients.set_keys(ClientId("app"), '{"keys":[]}')
        assert await unit.clients.get(ClientId("app")) == replace(changed, blocked=NOON, jwks='{"keys":[]}')
