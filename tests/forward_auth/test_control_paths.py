"""Twogate's own paths at this door: judged like any request, then the control plane's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from suites.gateway.rig import Heard, Server, send
from tests.dataplane.decision.known import HOST
from tests.forward_auth.asked import ask

from twogate.forward_auth.app import ForwardAuth

HERE = (f"Host: {HOST}", "X-Forwarded-For: 6.6.6.6, 192.0.2.7")


@pytest.fixture
def control(short_dir: Path) -> Iterator[Server]:
    with Server(path=short_dir / "nobody.sock") as server:
        yield server


async def test_a_page_comes_from_the_control_plane(control: Server, app: ForwardAuth) -> None:
    """With the address that the proxy wrote."""
    said = await ask(app, "/.twogate/sign-in?a=%2F", *HERE, "Content-Length: 3", method="POST", body=b"a=b")
    assert said.status == 200
    assert control.last().line == "POST /.twogate/sign-in?a=%2F HTTP/1.1"
    assert control.last().header("X-Twogate-Address") == "192.0.2.7"
    assert control.last().body == b"a=b"
    assert (await ask(app, "/.well-known/oauth-protected-resource", *HERE)).status == 200


@pytest.mark.parametrize(
    "target",
    [
        *("/.twogate/renew", "/.twogate/renew/", "/.twogate/../v1/orders/7", "/.twogate/..%2fx", "/.twogate//renew"),
        *("/.twogate/%72enew", "/.twogate/./renew", "/.twogate/;x"),
    ],
)
async def test_the_internal_path_and_other_spellings_are_refused(
    control: Server, app: ForwardAuth, target: str
) -> None:
    """Nobody renews for somebody else, and nothing is carried that reads as two paths."""
    assert (await ask(app, target, *HERE, "X-Twogate-Original-Uri: /x")).status in {400, 401, 403, 404}
    assert control.heard == []


@pytest.mark.parametrize(
    "lines", [("Host: other.example", HERE[1]), (HERE[1],), (HERE[0],), (HERE[0], "X-Forwarded-For: x")]
)
async def test_another_host_or_no_address_is_refused(control: Server, app: ForwardAuth, lines: tuple[str, ...]) -> None:
    """Links are built from our own address, budgets hang on the caller's."""
    assert (await ask(app, "/.twogate/sign-in", *lines)).status == 400
    assert control.heard == []


async def test_a_blocked_address_sees_no_sign_in(control: Server, app: ForwardAuth) -> None:
    """As at the gateway."""
    said = await ask(app, "/.twogate/sign-in", HERE[0], "X-Forwarded-For: 192.0.2.66")
    assert said.reason == "address_blocked"
    assert control.heard == []


async def test_a_control_plane_that_is_away_is_told_as_that(app: ForwardAuth) -> None:
    """503 and when to try again."""
    said = await ask(app, "/.twogate/sign-in", *HERE)
    assert (said.reason, said.fields["retry-after"]) == ("control_unavailable", "5")


async def test_a_renewal_is_the_control_planes_answer(control: Server, app: ForwardAuth, credentials: Any) -> None:
    """307 to the same path at our own address, with the fresh cookie, as the refusal that the proxy passes back."""

    async def renewed(_heard: Heard, _reader: Any, writer: Any) -> None:
        await send(writer, 307, b"", [("Location", "/v1/orders/7"), ("Set-Cookie", "twogate=fresh")])

    control.answer = renewed
    lines = ("X-Forwarded-Method: PUT", "X-Forwarded-Uri: /v1/orders/7", f"X-Forwarded-Host: {HOST}", HERE[1])
    said = await ask(app, "/caddy", *lines, f"Cookie: twogate={credentials.shown['expired'][0]}")
    assert (said.status, said.fields["location"]) == (307, f"http://{HOST}/v1/orders/7")
    assert said.fields["set-cookie"] == "twogate=fresh"
    assert control.last().line == "PUT /.twogate/renew HTTP/1.1"
    assert control.last().header("X-Twogate-Original-Uri") == "/v1/orders/7"
