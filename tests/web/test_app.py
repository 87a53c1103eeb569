"""The control plane as one application: whatever is thrown at whichever route, a calm answer and never a sign-in.

The routes are read from the application itself, so a new one is covered without a line here.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2
import pytest
import structlog
from starlette.routing import BaseRoute
from tests.web.house import House

from twogate.store.unit import StoreUnavailable
from twogate.web.security_headers import HEADERS

FORM = "application/x-www-form-urlencoded"
SECRET = "hunter2-a-value-that-must-not-come-back"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
PAGE, PROGRAM = {"accept": "text/html"}, {"accept": "application/json"}
NAMES = ("name", "password", "code", "factor", "step", "form_token", "session", "credential", "client_id", "token")

Case = tuple[str, str, bytes]
BODIES: tuple[Case, ...] = (
    ("no body", FORM, b""),
    ("every field twice", FORM, b"&".join(f"{name}={SECRET}&{name}={SECRET}".encode() for name in NAMES)),
    ("every field as a list", FORM, b"&".join(f"{name}[]={SECRET}".encode() for name in NAMES)),
    ("unknown fields", FORM, b"is_admin=true&verified=1&sub=usr_1"),
    ("fields of the wrong kind", FORM, b"&".join(f"{name}=true".encode() for name in NAMES)),
    ("invalid UTF-8", FORM, b"name=%ff%fe&password=\xff\xfe"),
    ("NUL and line breaks", FORM, b"name=%00&password=%0d%0aset-cookie:%20x=y"),
    ("JSON true", "application/json", b"true"),
    ("JSON null", "application/json", b"null"),
    ("JSON array", "application/json", json.dumps([SECRET]).encode()),
    (
        "JSON of the wrong kinds",
        "application/json",
        json.dumps({name: [True, None, SECRET] for name in NAMES}).encode(),
    ),
    ("broken JSON", "application/json", b'{"name": "' + SECRET.encode()),
    ("deep JSON", "application/json", b"[" * 20_000),
    (
        "multipart",
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--x--',
    ),
    ("broken multipart", "multipart/form-data", b"--x"),
    ("XML", "application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("an odd media type", "\u00ff/\u00ff;;;=", b"x"),
    ("too large", FORM, b"name=" + b"a" * 70_000),
)
HEADERS_SENT: tuple[dict[str, str], ...] = (
    {"cookie": "twogate=x; twogate-session=; twogate-flow=\u00ff; twogate-device"},
    {"cookie": ";".join(f"twogate-session={'a' * 43}" for _ in range(3))},
    {"cookie": f"twogate={SECRET}; twogate-session=tg_se_{'a' * 43}; twogate-flow=tg_fl_{'b' * 43}"},
    {"authorization": "Basic !!!"},
    {"authorization": "Bearer"},
    {"authorization": f"Bearer {SECRET}.{SECRET}.{SECRET}"},
    {"x-twogate-address": "a"},
    {"x-twogate-request-id": "a b\u00ff"},
    {"x-twogate-original-uri": "//evil.example"},
    {"x-forwarded-for": "127.0.0.1", "x-auth-subject": "usr_1", "x-auth-level": "aal3"},
    {"content-length": "-1"},
    {"transfer-encoding": "chunked", "content-length": "5"},
    {"origin": "null", "sec-fetch-mode": "navigate"},
    {"x-http-method-override": "DELETE"},
    {"range": "bytes=0-1", "if-match": "*", "expect": "100-continue"},
    {"accept": "\u00ff", "accept-language": "*" * 3000},
)


def _walk(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, frozenset[str]]]:
    for route in routes:
        inner: Any = getattr(route, "original_router", None)
        if inner is not None:
            yield from _walk(inner.routes)
        elif hasattr(route, "path"):
            yield re.sub(r"\{[^}]*\}", "x", route.path), frozenset(getattr(route, "methods", None) or METHODS)


def _routes(house: House) -> list[tuple[str, frozenset[str]]]:
    found: dict[str, frozenset[str]] = {}
    for path, methods in _walk(house.app.routes):
        found[path] = found.get(path, frozenset()) | methods
    assert len(found) > 25
    return list(found.items())


def _client(house: House) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=house.app)
    return httpx2.AsyncClient(transport=transport, base_url=house.deps.front.public_url)


def _check(answer: httpx2.Response, where: object) -> None:
    """The answer is calm: no fault, no traceback, nothing echoed, nobody signed in, every header there."""
    assert answer.status_code < 500, (where, answer.text[:300])
    assert "Traceback" not in answer.text, where
    assert SECRET not in answer.text, where
    for line in answer.headers.get_list("set-cookie"):
        name, _, value = line.partition("=")
        assert name == "twogate-flow" or value.startswith(";"), (where, line)
    assert HEADERS.keys() <= answer.headers.keys(), where
    if answer.status_code >= 400 and answer.content:
        kind = answer.headers["content-type"]
        assert kind.startswith(("application/problem+json", "text/html", "application/json")), (where, kind)


@pytest.mark.parametrize("headers", [PAGE, PROGRAM])
@pytest.mark.parametrize(("what", "kind", "body"), BODIES, ids=[case[0] for case in BODIES])
async def test_case_10_no_route_takes_an_odd_body(
    house: House,
    headers: dict[str, str],
    *,
    what: str,
    kind: str,
    body: bytes,
) -> None:
    """Every route, with a body of the wrong kind, answers calmly and lets nobody in."""
    async with _client(house) as client:
        for path, methods in _routes(house):
            for method in methods - {"GET", "HEAD", "OPTIONS"}:
                client.cookies.clear()
                answer = await client.request(
                    method,
                    path,
                    content=body,
                    headers={**headers, "content-type": kind.encode("latin-1")},  # type: ignore[dict-item]
                )
                _check(answer, (what, method, path))
                if not path.endswith("renew"):
                    assert (
                        answer.status_code >= 400
                        or answer.status_code == 303
                        or "signed out" in answer.text
                        or (path.endswith("revoke") and answer.status_code == 200)
                    ), (what, method, path, answer.text)


@pytest.mark.parametrize("headers", HEADERS_SENT, ids=[next(iter(case)) for case in HEADERS_SENT])
async def test_case_67_no_header_grants_anything(house: House, headers: dict[str, str]) -> None:
    """Every route, with headers that are broken or claim an identity, answers calmly and lets nobody in."""
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    async with _client(house) as client:
        for path, methods in _routes(house):
            for method in sorted(methods & {"GET", "POST"}):
                client.cookies.clear()
                answer = await client.request(method, path, headers=sent)  # type: ignore[arg-type]
                _check(answer, (headers, method, path))


async def test_a_wrong_method_is_refused_everywhere(house: House) -> None:
    """A method that a route does not take is 405 with Allow, or 404."""
    async with _client(house) as client:
        for path, methods in _routes(house):
            for method in set(METHODS) - methods:
                answer = await client.request(method, path)
                _check(answer, (method, path))
                assert answer.status_code in (404, 405), (method, path, answer.status_code)
                if answer.status_code == 405:
                    assert answer.headers["allow"]


@pytest.mark.parametrize(
    "query",
    [
        "return_to=//evil.example&level=aal9",
        "a=%ff&%ff=b",
        "level=aal2&level=none",
        "max_age=" + "9" * 500,
        "=&&&=;",
        f"hint={SECRET}",
        "after=-1&wait=1e308",
        "factor=%00",
        "return_to=" + "a" * 9_000,
    ],
)
async def test_an_odd_query_is_no_fault(house: House, query: str) -> None:
    """Every GET route takes any query calmly."""
    async with _client(house) as client:
        for path, methods in _routes(house):
            if "GET" in methods:
                answer = await client.get(f"{path}?{query}", headers=PAGE)
                assert answer.status_code < 500, (path, query)
                assert "location" not in answer.headers or answer.headers["location"].startswith("/.twogate/")


@pytest.mark.parametrize("headers", [PAGE, PROGRAM])
async def test_case_76_when_the_store_is_away_nothing_passes(
    house: House,
    headers: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the database gone every route that needs it says 503 or refuses; none lets anybody through."""

    def away(*_args: object, **_options: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(type(house.deps.store), "read", away)
    monkeypatch.setattr(type(house.deps.store), "work", away)
    with structlog.testing.capture_logs():
        async with _client(house) as client:
            client.cookies.set("twogate-session", "tg_se_" + "a" * 43)
            for path, methods in _routes(house):
                for method in sorted(methods & {"GET", "POST"}):
                    answer = await client.request(method, path, headers=headers)
                    assert answer.status_code != 500, (method, path, answer.text)
                    assert "Traceback" not in answer.text
                    assert not [one for one in answer.headers.get_list("set-cookie") if "=tg_" in one or "=ey" in one]


async def test_unknown_addresses_under_our_prefix_are_404(house: House) -> None:
    """Nothing is served by accident, and no trailing slash is redirected."""
    async with _client(house) as client:
        for path in ("/.twogate", "/.twogate/", "/.twogate/docs", "/.twogate/account/", "/docs", "/openapi.json", "/"):
            answer = await client.get(path, headers=PAGE)
            _check(answer, path)
            assert answer.status_code == 404


async def test_requests_and_answers_name_one_id(house: House) -> None:
    """The gateway's id is in the problem that it will log."""
    async with _client(house) as client:
        answer = await client.get("/.twogate/none", headers={"x-twogate-request-id": "01ABC"})
    assert answer.json()["request_id"] == "01ABC"
