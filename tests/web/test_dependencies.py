"""What the routes are given, and how it is put together."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.web.test_front import POLICY

from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.publish_policy import PublishPolicy
from twogate.settings.installation import Installation
from twogate.settings.master_key import write_master_key
from twogate.settings.model import Settings
from twogate.settings.paths import Paths
from twogate.store.unit import Store
from twogate.terms.events import Event
from twogate.web.app import build_app
from twogate.web.dependencies import compose
from twogate.web.front import PolicyMissing


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A data directory with a master key and nothing else, by a path that is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="tg-") as folder:
        paths = Paths(Path(folder) / "data")
        paths.create()
        write_master_key(paths.master_key, bytes(range(32)))
        yield Installation(Settings(), paths)


async def _publish(found: Installation) -> None:
    store = await Store.open(found.database_url, master_key=found.master_key(), entropy=SystemEntropy())
    await PublishPolicy(store, SystemClock()).publish(POLICY.format(url="http://localhost:8080", cors=""), by="test")
    await store.close()


async def test_without_a_policy_it_says_so_and_closes_everything(installation: Installation) -> None:
    """Nothing is left open when there is no policy."""
    with pytest.raises(PolicyMissing):
        async with compose(installation, clock=SystemClock(), entropy=SystemEntropy()):
            pass
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_a_whole_process_begins_works_and_ends(installation: Installation) -> None:
    """Everything is composed, serves, seals its audit log in the background, and leaves no task behind."""
    await _publish(installation)
    async with compose(installation, clock=SystemClock(), entropy=SystemEntropy()) as deps:
        assert set(deps.background) == {"audit", "outbox", "logout", "recovery", "reminders", "pruning", "front"}
        app = build_app(deps)
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
                assert (await client.get("/.twogate/health")).status_code == 200
        async with deps.store.read() as unit:
            published = await unit.audit.list(event=Event.ADMIN_POLICY_PUBLISHED)
        assert [row.index is not None for row in published] == [True]
    assert installation.paths.audit_anchor.exists()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
