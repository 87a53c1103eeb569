"""nginx with ``auth_request``: the same table of requests gives the same verdicts as our own gateway."""

from collections.abc import Iterator

import pytest
from suites.forward_auth.compare import walk
from suites.forward_auth.rig import Proxy, Stage, proxy, written

from twogate.terms.changes import Change, ChangeKind


@pytest.fixture(scope="module")
def nginx(found: Stage) -> Iterator[Proxy]:
    with proxy(found, "nginx") as made:
        yield made


def test_the_table_gives_the_verdicts_of_the_gateway(found: Stage, nginx: Proxy) -> None:
    """Every row: passed or not, reason, challenge, redirect, and everything that the upstream hears."""
    told = walk(found, nginx, rewrites=True, preflights=True)
    assert not told, "\n".join(told)


def test_twogates_own_paths_reach_the_control_plane(found: Stage, nginx: Proxy) -> None:
    """With the caller's address as nginx has it, and nothing that a caller made up."""
    lies = ("X-Twogate-Address: 6.6.6.6", "X-Twogate-Certificate: x", "X-Forwarded-For: 6.6.6.6")
    response, heard = found.told(nginx.port, written("POST", "/.twogate/sign-in?a=b", *lies, body=b"name=alice"))
    assert (response.status, heard) == (200, [])
    got = next(one for one in reversed(found.gateway.control.heard) if one.line.startswith("POST"))
    assert got.line == "POST /.twogate/sign-in?a=b HTTP/1.1"
    assert got.header("X-Twogate-Address") == "127.0.0.1"
    assert got.header("X-Twogate-Certificate") is None
    assert got.header("X-Forwarded-For") is None
    assert got.body == b"name=alice"


def test_a_revocation_is_obeyed_once_it_is_acknowledged(found: Stage, nginx: Proxy) -> None:
    """A token that passes is refused after the change feed has revoked its grant and the node has said so."""
    request = written("GET", "/v1/orders/7", f"Authorization: Bearer {found.token('writer')}")
    assert found.told(nginx.port, request)[0].status == 200
    found.tell(Change(10_000, ChangeKind.GRANT_REVOKED, "gnt_writer"))
    response, heard = found.told(nginx.port, request)
    assert (response.status, heard) == (401, [])
    assert b"token_revoked" in response.body
