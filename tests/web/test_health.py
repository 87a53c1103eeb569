"""Can this process serve?"""

import httpx2
import pytest
from tests.web.house import House


async def test_healthy_and_not(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 while the database answers, 503 with Retry-After when it does not; no detail for everybody to read."""

    async def broken(_store: object) -> bool:
        return False

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=house.app), base_url="http://x") as client:
        good = await client.get("/.twogate/health")
        monkeypatch.setattr(type(house.deps.store), "healthy", broken)
        bad = await client.get("/.twogate/health")
    assert (good.status_code, good.json()) == (200, {"status": "ok"})
    assert bad.status_code == 503
    assert int(bad.headers["retry-after"]) > 0
