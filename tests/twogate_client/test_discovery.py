"""From the API to its server: what is not credible is not followed."""

from typing import Any

import httpx2
import pytest
from tests.twogate_client.site import API, ISSUER, SECRET, Site

from twogate_client import ClientCredentials, DiscoveryError, TwogateAuth, UnavailableError

SERVICE = ClientCredentials(SECRET)


def _expect_refusal(site: Site, match: str, **more: Any) -> None:
    """Discovery ends here, and nothing was sent to any token endpoint."""
    with site.client(site.auth(SERVICE, **more)) as http, pytest.raises(DiscoveryError, match=match):
        http.get("/orders")
    assert site.count("/token") == 0


def test_without_a_hint_the_known_place_is_asked(site: Site) -> None:
    """RFC 9728 section 3.1: a server that sends no ``resource_metadata`` may still have a description."""
    site.auth(SERVICE).sign_in()
    assert site.paths()[0] == "/.well-known/oauth-protected-resource"


@pytest.mark.parametrize(
    "hint",
    [
        "https://evil.example/.well-known/oauth-protected-resource",
        "http://api.example/x",
        "https://api.example:8/x",
        "x",
    ],
)
def test_case_55_a_description_at_another_server(site: Site, hint: str) -> None:
    """An API describes itself at home (RFC 9728 section 7.3)."""
    site.hint = hint
    _expect_refusal(site, "lies at another server")


@pytest.mark.parametrize("resource", ["https://evil.example", API + "/other", API + "/", None, 1, "x"])
def test_case_55_a_description_of_another_api(site: Site, resource: object) -> None:
    """``resource`` must be what its own place follows from (RFC 9728 section 3.3)."""
    site.resource = {"resource": resource}
    if resource == API + "/":  # the same place by the RFC's own rule
        site.auth(SERVICE).sign_in()
        return
    _expect_refusal(site, "not about this API")


@pytest.mark.parametrize(
    "issuer", [ISSUER + "/", ISSUER.upper(), "https://login.example", "https://evil.example", "", 1]
)
def test_case_55_an_issuer_that_is_not_the_one_asked_for(site: Site, issuer: object) -> None:
    """Letter for letter (RFC 8414 section 3.3)."""
    site.metadata = {"issuer": issuer}
    _expect_refusal(site, "says that it is")


@pytest.mark.parametrize("name", ["token_endpoint", "authorization_endpoint", "device_authorization_endpoint"])
def test_case_55_endpoints_at_another_server(site: Site, name: str) -> None:
    """A poisoned document cannot lead secrets elsewhere, unless the program itself named the issuer."""
    site.metadata = {name: "https://evil.example/token"}
    _expect_refusal(site, "another server")
    if name != "token_endpoint":
        assert site.auth(SERVICE, issuer=ISSUER).sign_in().server.issuer == ISSUER


@pytest.mark.parametrize(
    "url", ["http://login.example/token", "ftp://login.example", "", 7, "https://a@login.example/", "//x"]
)
def test_endpoints_are_https(site: Site, url: object) -> None:
    """Or this machine itself; nothing else is ever sent a secret."""
    site.metadata = {"token_endpoint": url}
    _expect_refusal(site, "token_endpoint")


def test_a_server_without_a_token_endpoint(site: Site) -> None:
    """There is nothing to ask."""
    site.metadata = {"token_endpoint": None}
    _expect_refusal(site, "no token_endpoint")


@pytest.mark.parametrize("servers", [[], None, "x", [1], ["http://login.example/tenant"], ["https://a b"]])
def test_servers_that_are_none(site: Site, servers: object) -> None:
    """An API that names no server, or one by plain http."""
    site.resource = {"authorization_servers": servers}
    _expect_refusal(site, "names no|issuer")


def test_the_pinned_issuer_is_the_only_one(site: Site) -> None:
    """An API that names others cannot talk a program out of it."""
    _expect_refusal(site, "only server that is trusted", issuer="https://mine.example")
    site.resource = {"authorization_servers": ["https://evil.example", ISSUER]}
    assert site.auth(SERVICE, issuer=ISSUER).sign_in().server.issuer == ISSUER


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b"\xff", b"{" + b" " * 300_000 + b"}"])
def test_documents_that_are_none(body: bytes) -> None:
    """No JSON object, or an endless one."""

    def handle(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=body)

    site = Site()
    site.handle = handle  # type: ignore[method-assign]
    with pytest.raises(DiscoveryError):
        site.auth(SERVICE).sign_in()


def test_redirects_are_not_followed() -> None:
    """A description that lies elsewhere is no description."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        assert request.url.host == "api.example"
        return httpx2.Response(302, headers={"location": "https://evil.example/"})

    site = Site()
    site.handle = handle  # type: ignore[method-assign]
    with pytest.raises(DiscoveryError):
        site.auth(SERVICE).sign_in()


def test_a_server_that_is_away_is_away() -> None:
    """503 and silence are no answer, and are told apart from a wrong one."""

    def down(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no", request=request)

    for handle in (down, lambda _: httpx2.Response(503)):
        site = Site()
        site.handle = handle  # type: ignore[method-assign,assignment]
        with pytest.raises(UnavailableError):
            site.auth(SERVICE).sign_in()


def test_an_api_by_plain_http_is_refused() -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="empty"):
        TwogateAuth(API, "")
