"""An ASGI application with the gateway's verdict before it."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from suites.agreement.credentials import Credentials
from suites.gateway.rig import Server
from tests.dataplane.decision.known import APP, HOST, headers
from tests.middleware.app import ask, protected, telling

from twogate.dataplane.decision.node import DecisionNode
from twogate.middleware.asgi import TwogateMiddleware

HERE = f"Host: {HOST}"


def bearer(credentials: Credentials, name: str = "one") -> str:
    return f"Authorization: Bearer {credentials.shown[name][0]}"


async def test_the_application_sees_who_calls_and_what_was_judged(node: DecisionNode, credentials: Credentials) -> None:
    """The normal path, X-Auth-*, no credential, nothing forged; our cookies cannot be set."""
    async with protected(node) as app:
        lies = ("X-Auth-Subject: root", "X-Auth-Level: aal3")
        said = await ask(app, "/v1//orders/./%37?a=b", HERE, bearer(credentials), "Cookie: a=b; twogate-flow=f", *lies)
        seen = json.loads(said.body)
        assert (said.status, seen["path"], seen["raw_path"], seen["who"]) == (
            200,
            "/v1/orders/7",
            "/v1/orders/7",
            "usr_one",
        )
        told = dict(seen["headers"])
        assert (told["x-auth-subject"], told["cookie"]) == ("usr_one", "a=b")
        assert "authorization" not in told
        assert said.fields["x-request-id"] == told["x-request-id"]
        assert said.fields["set-cookie"] == "theme=dark"
        nobody = json.loads((await ask(app, "/public/x", HERE, *lies)).body)
        assert (nobody["who"], "x-auth-subject" in dict(nobody["headers"])) == (None, False)


async def test_refusals_renewals_and_pages_are_answered_before_it(
    node: DecisionNode, control: Server, credentials: Credentials
) -> None:
    """In the caller's dialect; the application hears nothing."""
    async with protected(node) as app:
        assert (await ask(app, "/v1/orders/7", HERE)).reason == "credential_missing"
        page = await ask(app, "/v1/two", HERE, bearer(credentials), "Accept: */*")
        assert 'acr_values="aal2"' in page.fields["www-authenticate"]
        expired = await ask(app, "/v1/orders/7", HERE, f"Cookie: twogate={credentials.shown['expired'][0]}")
        assert (expired.status, expired.fields["location"]) == (307, f"http://{HOST}/v1/orders/7")
        sign_in = await ask(app, "/.twogate/sign-in", HERE, "X-Twogate-Address: 6.6.6.6")
        assert (sign_in.status, json.loads(sign_in.body)["line"]) == (200, "GET /.twogate/sign-in HTTP/1.1")
        assert control.last().header("X-Twogate-Address") == "192.0.2.7"
        preflight = await ask(
            app, "/v1/two", HERE, f"Origin: {APP}", "Access-Control-Request-Method: PUT", method="OPTIONS"
        )
        assert (preflight.status, preflight.fields["access-control-allow-origin"]) == (204, APP)


async def test_case_65_header_fields_say_nothing_about_the_target(node: DecisionNode) -> None:
    """Only the server's own scope does."""
    async with protected(node) as app:
        lies = (
            "X-Forwarded-Uri: /public/x",
            "X-Original-Url: /public/x",
            "X-Forwarded-Method: GET",
            f"X-Forwarded-Host: {HOST}",
        )
        assert (await ask(app, "/v1/orders/7", HERE, *lies)).reason == "credential_missing"
        assert (await ask(app, "/public/x", "Host: other.example", *lies)).reason == "host_mismatch"
        assert (await ask(app, "/public/x", *lies)).reason == "request_malformed"
        assert (await ask(app, "/public/x", HERE, HERE)).reason == "request_malformed"


async def test_before_it_has_begun_nobody_passes(node: DecisionNode) -> None:
    """An application without lifespan never begins, and never serves."""
    app = TwogateMiddleware(telling, node)
    assert (await ask(app, "/public/x", HERE)).reason == "gateway_stale"
    await node.control.close()


@pytest.mark.parametrize(("name", "passes"), [("one", True), (None, False), ("revoked", False)])
async def test_a_websocket_begins_only_for_those_who_pass(
    node: DecisionNode,
    credentials: Credentials,
    name: str | None,
    passes: bool,  # noqa: FBT001  # a column of a table
) -> None:
    """Others are closed before they are accepted, which servers answer with 403."""
    said: list[MutableMapping[str, Any]] = []

    async def accepting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await telling(scope, receive, send)
        else:
            await send({"type": "websocket.accept", "headers": [(b"set-cookie", b"twogate=x")]})

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    async with protected(node, accepting) as app:
        lines = (HERE, *((bearer(credentials, name),) if name else ()))
        scope = {
            "type": "websocket",
            "path": "/v1/orders/live",
            "query_string": b"",
            "headers": headers(*lines),
            "client": ("192.0.2.7", 1),
        }
        await app(scope, asyncio.Queue().get, send)
    assert said[0]["type"] == ("websocket.accept" if passes else "websocket.close")
    assert not any(key == b"set-cookie" for key, _ in said[0].get("headers", []))
