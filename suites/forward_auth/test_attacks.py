"""All proxies at once: two people in parallel never swap, and when nobody decides nothing passes."""

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest
from suites.forward_auth.rig import HOST, ROOT, Proxy, Stage, proxy, written

pytestmark = pytest.mark.slow

PROGRAMS = ROOT / ".venv-proxies" / "bin"
NAMES = ("nginx", "caddy", "traefik", "envoy", "haproxy")
PEOPLE = ("one", "two", "reader", "writer", "aal3")


@pytest.fixture(scope="module")
def proxies(found: Stage) -> Iterator[list[Proxy]]:
    with ExitStack() as ended:
        yield [ended.enter_context(proxy(found, name, PROGRAMS)) for name in NAMES]


def heard_by(port: int, token: str, turns: int) -> set[str]:
    """Who the upstream believed was calling, over one connection that stays open."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    found = set()
    for turn in range(turns):
        headers = {"Host": HOST, "Authorization": f"Bearer {token}", "X-Auth-Subject": "usr_root"}
        connection.request("GET", f"/v1/orders/{turn}", headers=headers)
        response = connection.getresponse()
        told = json.loads(response.read())
        found.add({name.lower(): value for name, value in told["headers"]}.get("x-auth-subject", ""))
    connection.close()
    return found


def test_case_72_two_people_in_parallel_never_swap_and_then_nobody_decides(found: Stage, proxies: list[Proxy]) -> None:
    """Five people at once through five proxies, each over kept connections; then the process that decides is killed."""
    jobs = [(one.port, name) for one in proxies for name in PEOPLE]
    with ThreadPoolExecutor(len(jobs)) as pool:
        results = list(pool.map(lambda job: heard_by(job[0], found.token(job[1]), 25), jobs))
    for (port, name), subjects in zip(jobs, results, strict=True):
        assert subjects == {f"usr_{name}"}, port
    found.decider.send_signal(signal.SIGKILL)
    found.decider.wait(15)
    for one in proxies:
        for target in ("/v1/orders/7", "/public/x", "/.twogate/sign-in"):
            request = written("GET", target, f"Authorization: Bearer {found.token('one')}")
            response, heard = found.told(one.port, request)
            assert heard == [], one.name
            assert response.status >= 500, (one.name, response.status)
