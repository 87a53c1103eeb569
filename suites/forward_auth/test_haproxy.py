"""An HAProxy of somebody's own that asks by SPOE: the verdicts of our gateway, and closed without an answer."""

from collections.abc import Iterator

import pytest
from suites.forward_auth.compare import walk
from suites.forward_auth.rig import Proxy, Stage, proxy, written

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def haproxy(found: Stage) -> Iterator[Proxy]:
    with proxy(found, "haproxy") as made:
        yield made


def test_the_table_and_then_nobody_to_ask(found: Stage, haproxy: Proxy) -> None:
    """Every row as at the gateway; when the process that decides is gone, nothing passes, open paths neither."""
    told = walk(found, haproxy, rewrites=True, preflights=True)
    assert not told, "\n".join(told)
    found.decider.terminate()
    found.decider.wait(15)
    for target in ("/v1/orders/7", "/public/x"):
        request = written("GET", target, f"Authorization: Bearer {found.token('one')}")
        response, heard = found.told(haproxy.port, request)
        assert (response.status, heard) == (503, [])
