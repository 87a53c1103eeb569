"""The browser's cookie: renewed when it has expired, kept from the upstream, never set by it."""

import asyncio
import time

import pytest
from suites.gateway.rig import Gateway, Heard, send

OURS = ("twogate", "twogate-session", "twogate-device", "twogate-flow")


def expired(gateway: Gateway) -> str:
    """A cookie that was good until a minute ago."""
    now = int(time.time())  # noqa: TID251  # the real gateway reads the real clock
    return gateway.token(expires=now - 60, not_before=now - 400)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_expired_cookie_is_taken_to_the_control_plane(gateway: Gateway, method: str) -> None:
    """Method, body and cookies are kept; the path as the caller sent it stands in a header of ours."""
    cookie = f"a=1; twogate={expired(gateway)}; twogate-session=secret"
    headers = [("Cookie", cookie), ("X-Twogate-Original-Uri", "/evil"), ("Content-Type", "text/plain")]
    body = None if method == "GET" else b"the body"
    assert gateway.send(method, "/admin/./x?q=%2F&r=1", headers, body).status == 200
    assert gateway.upstream.heard == []
    heard = gateway.control.last()
    assert heard.line == f"{method} /.twogate/renew HTTP/1.1"
    assert heard.body == (body or b"")
    assert heard.header("X-Twogate-Original-Uri") == "/admin/x?q=%2F&r=1"
    assert heard.header("X-Twogate-Address") == "127.0.0.1"
    assert heard.header("Cookie") == cookie


def test_the_renewal_sends_the_caller_back_with_a_new_cookie(gateway: Gateway) -> None:
    """What the control plane answers reaches the caller: 307 keeps method and body (RFC 9110 section 15.4.8)."""

    async def renew(_heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fresh = ("Set-Cookie", "twogate=new; HttpOnly; SameSite=Lax; Path=/")
        await send(writer, 307, b"", [("Location", "/things/x?q=1"), fresh])

    gateway.control.answer = renew
    reply = gateway.ask("POST", "/things/x?q=1", body=b"abc", Cookie=f"twogate={expired(gateway)}")
    assert reply.status == 307
    assert reply.header("Location") == "/things/x?q=1"
    assert (reply.header("Set-Cookie") or "").startswith("twogate=new;")
    assert gateway.upstream.heard == []


def test_nobody_asks_for_a_renewal_by_its_path(gateway: Gateway) -> None:
    """The path is reached by an expired cookie alone."""
    for target in ("/.twogate/renew", "/.twogate/renew/", "/.twogate/./renew", "/.twogate/renew?x=1"):
        reply = gateway.ask("POST", target, body=b"")
        assert (reply.status, reply.json["reason"]) == (403, "no_rule")
    assert gateway.control.heard == []


def test_a_cookie_with_a_foreign_signature_is_not_renewed(gateway: Gateway) -> None:
    """Only what was ours once is worth a renewal."""
    token = expired(gateway)
    head, _, signature = token.rpartition(".")
    reply = gateway.ask("GET", "/things/x", Cookie=f"twogate={head}.{signature[::-1]}")
    assert (reply.status, reply.json["reason"]) == (401, "token_invalid")
    assert gateway.control.heard == []


@pytest.mark.parametrize("target", ["/things/x", "/public/x", "/forwarding/x"])
def test_our_cookies_are_kept_from_the_upstream(gateway: Gateway, target: str) -> None:
    """Wherever they stand; everybody else's arrive as they were, names that resemble ours included."""
    mine = f"twogate={gateway.token()}"
    cookie = f"a=1; {mine}; twogate-session=s; b=2; twogate-device=d; mytwogate=x; twogate-flow=f; twogate-other=y"
    assert gateway.ask("GET", target, Cookie=cookie).status == 200
    got = (gateway.upstream.last().header("Cookie") or "").replace("; ", ";").split(";")
    assert got == ["a=1", "b=2", "mytwogate=x", "twogate-other=y"]


def test_a_cookie_header_of_ours_alone_is_gone(gateway: Gateway) -> None:
    """The upstream hears no empty one either."""
    assert gateway.ask("GET", "/things/x", Cookie=f"twogate={gateway.token()}").status == 200
    assert gateway.upstream.last().header("Cookie") is None


@pytest.mark.parametrize("target", ["/things/x", "/public/x"])
def test_an_upstream_cannot_set_our_cookies(gateway: Gateway, target: str) -> None:
    """Neither spelling of the four gets through; its own cookies do, untouched and in order."""
    own = ["id=1; Path=/; HttpOnly", "theme=dark; Expires=Wed, 21 Oct 2065 07:28:00 GMT", "mytwogate=x"]

    async def answer(_heard: Heard, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        evil = [f"{prefix}{name}=evil; Path=/" for prefix in ("", "__Host-", " ") for name in OURS]
        mixed = [own[0], *evil, own[1], "twogate =evil", own[2]]
        await send(writer, 200, b"", [("Set-Cookie", value) for value in mixed])

    gateway.upstream.answer = answer
    headers = [("Cookie", f"twogate={gateway.token()}")]
    got = [value for name, value in gateway.send("GET", target, headers).headers if name.lower() == "set-cookie"]
    assert got == own


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("POST", 403), ("DELETE", 403)])
def test_another_site_cannot_use_the_cookie_to_change_something(gateway: Gateway, method: str, status: int) -> None:
    """Fetch Metadata says where a request comes from; reading is left to the cookie's own SameSite."""
    headers = [("Cookie", f"twogate={gateway.token()}"), ("Sec-Fetch-Site", "cross-site")]
    reply = gateway.send(method, "/things/x", headers, None if method == "GET" else b"")
    assert reply.status == status
    assert status == 200 or reply.json["reason"] == "cross_site"


def test_a_bearer_token_beside_the_cookie_is_one_too_many(gateway: Gateway) -> None:
    """Which of the two counts is not for anybody to guess."""
    headers = [("Cookie", f"twogate={gateway.token()}"), ("Authorization", f"Bearer {gateway.token()}")]
    reply = gateway.send("GET", "/things/x", headers)
    assert (reply.status, reply.json["reason"]) == (400, "credentials_multiple")
