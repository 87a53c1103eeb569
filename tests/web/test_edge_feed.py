"""The feed at the door: who may read it, and from when on an edge counts."""

import httpx2
import pytest
from fastapi import FastAPI
from tests.ports import FakeClock, SeededEntropy

from twogate.services.changes import Changes
from twogate.services.edge_keys import EdgeKeys
from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind
from twogate.terms.secret import Secret
from twogate.web.edge_feed import edge_router


class _Feed:
    """The two routes on a store, and the key of one edge."""

    def __init__(self, store: Store, clock: FakeClock, key: Secret) -> None:
        self.changes = Changes(store, clock)
        self.clock = clock
        self.store = store
        self.key = key
        app = FastAPI()
        app.include_router(edge_router(store, self.changes, clock))
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://control")

    async def get(self, path: str, key: str | None = None) -> httpx2.Response:
        return await self.client.get(
            f"/.twogate/edge/{path}", headers={"Authorization": f"Bearer {key or self.key.text()}"}
        )

    async def revoke(self) -> int:
        async with self.store.work() as unit:
            return await unit.feed.append(ChangeKind.GRANT_REVOKED, "gnt_a", at=self.clock.now())


@pytest.fixture
async def feed(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> _Feed:
    added = await EdgeKeys(store, fake_clock, seeded_entropy).add("here", by="cli:test")
    assert isinstance(added, tuple)
    async with store.work() as unit:
        await unit.policies.publish("public_url = 'http://localhost:8080'", at=fake_clock.now(), by="test")
    return _Feed(store, fake_clock, added[1])


async def test_an_edge_counts_from_its_snapshot_on(feed: _Feed) -> None:
    """An edge that has a snapshot may let requests through before it asks for changes: a revocation waits for it."""
    assert (await feed.get("snapshot")).status_code == 200
    number = await feed.revoke()
    state = await feed.changes.in_force(number, 0.05)
    assert (state.done, state.missing) == (False, ("here",))
    assert (await feed.get(f"changes?after={number}&wait=0")).json() == {"changes": []}
    assert (await feed.changes.in_force(number, 0.05)).done


async def test_asking_is_acknowledging(feed: _Feed) -> None:
    """``after`` says what is in force at the edge; what follows is answered in order."""
    number = await feed.revoke()
    told = (await feed.get("changes?after=0&wait=0")).json()["changes"]
    assert [change["number"] for change in told][-1] == number
    assert not (await feed.changes.in_force(number, 0.05)).done
    await feed.get(f"changes?after={number}&wait=0")
    assert (await feed.changes.in_force(number, 0.05)).done


@pytest.mark.parametrize("key", ["tg_edge_wrong", "tg_pat_x", "x", "tg_edge_"])
@pytest.mark.parametrize("path", ["snapshot", "changes?after=0&wait=0"])
async def test_another_key_reads_nothing(feed: _Feed, path: str, key: str) -> None:
    """Without an edge's key there is no policy, no key and no change to be read."""
    answer = await feed.get(path, key)
    assert answer.status_code == 401
    assert "public_url" not in answer.text


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "after=0&wait=1e9", "after=0&more=1", "", f"after={2**70}", "after=0&policy=x"]
)
async def test_odd_questions_get_a_problem(feed: _Feed, query: str) -> None:
    """Wrong types, ranges and names are a problem document, never a traceback."""
    answer = await feed.get(f"changes?{query}")
    assert answer.status_code in {400, 410}
    assert answer.headers["content-type"] == "application/problem+json"
