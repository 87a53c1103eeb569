"""Refusals in three dialects: a browser's address bar is led on, a script and a program are told where to go."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from suites.gateway.conftest import APP
from suites.gateway.rig import Gateway, Reply, bearer

NAVIGATIONS: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Mode": "navigate"},
    {"Accept": "text/html,application/xhtml+xml"},
    {"Sec-Fetch-Mode": "navigate", "Accept": "*/*", "Sec-Fetch-Site": "cross-site"},
)
SCRIPTS: tuple[dict[str, str], ...] = (
    {"Origin": APP, "Sec-Fetch-Mode": "cors"},
    {"Origin": APP},
    {"Sec-Fetch-Mode": "same-origin", "Accept": "text/html"},
    {"X-Requested-With": "XMLHttpRequest"},
)
TARGET = "/admin/x?a=1&b=%2F&c=two%20words"
WEAK = {"rank": 1, "factors": 1}


def now() -> int:
    """The gateway's clock."""
    return int(time.time())  # noqa: TID251  # the real gateway reads the real clock


def old() -> dict[str, Any]:
    """Facts of a proof from ten minutes ago, where the rule wants five."""
    return {"auth_time": now() - 600}


def by_cookie(gateway: Gateway, **change: Any) -> dict[str, str]:
    """Our cookie for such facts."""
    return {"Cookie": f"twogate={gateway.token(**change)}"}


def ask(gateway: Gateway, headers: dict[str, str], target: str = TARGET) -> Reply:
    """Ask with these headers; whatever is answered, the upstream heard nothing."""
    reply = gateway.send("GET", target, list(headers.items()))
    assert gateway.upstream.heard == []
    assert reply.header("Cache-Control") == "no-store"
    return reply


def check_led(gateway: Gateway, reply: Reply, page: str, wanted: dict[str, str]) -> None:
    """A redirect to this page of ours, with these words in its query and the way back."""
    assert reply.status == 302
    where = urlsplit(reply.header("Location") or "")
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{gateway.policy.issuer}/{page}"
    assert {name: values[0] for name, values in parse_qs(where.query).items()} == {**wanted, "return_to": TARGET}


def check_problem(reply: Reply, status: int, reason: str) -> None:
    """A problem document (RFC 9457) with this reason and the request's id."""
    assert reply.status == status
    assert reply.header("Content-Type") == "application/problem+json"
    assert reply.json["status"] == status
    assert reply.json["reason"] == reason
    assert reply.json["request_id"] == reply.rid != ""


@pytest.mark.parametrize("caller", NAVIGATIONS)
def test_a_navigation_without_a_credential_is_led_to_the_sign_in(gateway: Gateway, caller: dict[str, str]) -> None:
    """302 to our sign-in page, and the path and query come back byte for byte."""
    check_led(gateway, ask(gateway, caller), "sign-in", {})


@pytest.mark.parametrize("caller", NAVIGATIONS)
def test_a_navigation_with_too_little_is_led_to_the_step_up(gateway: Gateway, caller: dict[str, str]) -> None:
    """A weak proof and an old one lead to the same page, which is told what would do."""
    wanted = {"level": "aal2", "max_age": "300"}
    for change in (WEAK, old()):
        check_led(gateway, ask(gateway, caller | by_cookie(gateway, **change)), "step-up", wanted)


@pytest.mark.parametrize("caller", SCRIPTS)
def test_a_script_without_a_credential_hears_where_to_sign_in(gateway: Gateway, caller: dict[str, str]) -> None:
    """401 with the page's address: a script cannot follow a redirect to another page."""
    reply = ask(gateway, caller)
    check_problem(reply, 401, "credential_missing")
    assert reply.json["sign_in_url"] == f"{gateway.policy.issuer}/sign-in"


@pytest.mark.parametrize("caller", SCRIPTS)
def test_a_script_with_too_little_hears_where_to_step_up(gateway: Gateway, caller: dict[str, str]) -> None:
    """The reason tells weak from old; the address says what would do."""
    for change, reason in ((WEAK, "level_too_low"), (old(), "proof_too_old")):
        reply = ask(gateway, caller | by_cookie(gateway, **change))
        check_problem(reply, 401, reason)
        assert reply.json["step_up_url"] == f"{gateway.policy.issuer}/step-up?level=aal2&max_age=300"


def test_a_script_of_a_listed_origin_may_read_its_refusal(gateway: Gateway) -> None:
    """The headers of the Fetch standard, for the origin itself and with credentials."""
    reply = ask(gateway, {"Origin": APP, "Sec-Fetch-Mode": "cors"})
    assert reply.header("Access-Control-Allow-Origin") == APP
    assert reply.header("Access-Control-Allow-Credentials") == "true"
    assert reply.header("Vary") == "Origin"
    exposed = {name.strip() for name in (reply.header("Access-Control-Expose-Headers") or "").split(",")}
    assert exposed >= {"WWW-Authenticate", "X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"}


@pytest.mark.parametrize("origin", ["https://evil.test", "null", f"{APP}.evil.test", "http://app.example.test", "*"])
def test_a_script_of_another_origin_may_not(gateway: Gateway, origin: str) -> None:
    """It hears the same refusal; its browser does not let it read it."""
    reply = ask(gateway, {"Origin": origin, "Sec-Fetch-Mode": "cors"})
    check_problem(reply, 401, "credential_missing")
    assert reply.header("Access-Control-Allow-Origin") is None
    assert reply.header("Access-Control-Allow-Credentials") is None


def test_preflights_are_answered_here(gateway: Gateway) -> None:
    """A listed origin may go on, another one hears nothing it could use, and the upstream is not asked."""
    for origin, allowed in ((APP, APP), ("https://evil.test", None)):
        asked = [("Origin", origin), ("Access-Control-Request-Method", "POST")]
        reply = gateway.send("OPTIONS", "/things/x", asked)
        assert reply.status == 204
        assert reply.header("Access-Control-Allow-Origin") == allowed
    assert gateway.upstream.heard == []


def test_a_program_without_a_credential_hears_rfc_6750(gateway: Gateway) -> None:
    """RFC 6750 section 3.1: no error code where no credential came; RFC 9728 section 5.1: where to find out more."""
    reply = ask(gateway, {})
    check_problem(reply, 401, "credential_missing")
    metadata = f"{gateway.policy.public_url}/.well-known/oauth-protected-resource"
    assert reply.header("WWW-Authenticate") == f'Bearer resource_metadata="{metadata}"'


def test_a_program_with_too_little_hears_rfc_9470(gateway: Gateway) -> None:
    """RFC 9470 section 3: what level and what age would do."""
    for change, reason in ((WEAK, "level_too_low"), (old(), "proof_too_old")):
        reply = ask(gateway, bearer(gateway.token(**change)))
        check_problem(reply, 401, reason)
        challenge = reply.header("WWW-Authenticate") or ""
        assert challenge.startswith('Bearer error="insufficient_user_authentication", error_description="')
        assert 'acr_values="aal2", max_age=300, resource_metadata="' in challenge
        assert (reply.json["acr_values"], reply.json["max_age"]) == ("aal2", 300)


def test_a_program_with_a_missing_scope_hears_which(gateway: Gateway) -> None:
    """RFC 6750 section 3.1: 403 and the scope that is wanted."""
    reply = ask(gateway, bearer(gateway.token(scope=("other",))), "/scoped/x")
    check_problem(reply, 403, "scope_insufficient")
    challenge = reply.header("WWW-Authenticate") or ""
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="reports:read"' in challenge


def test_a_program_with_an_expired_token_hears_invalid_token(gateway: Gateway) -> None:
    """A bearer token is renewed by its client, never here."""
    reply = ask(gateway, bearer(gateway.token(expires=now() - 10, not_before=now() - 300)))
    check_problem(reply, 401, "token_expired")
    assert 'error="invalid_token"' in (reply.header("WWW-Authenticate") or "")
    assert gateway.control.heard == []


def test_a_browser_that_sends_a_bearer_token_is_a_program(gateway: Gateway) -> None:
    """Who can send an Authorization header can read a challenge."""
    reply = ask(gateway, {"Sec-Fetch-Mode": "navigate", "Accept": "text/html", **bearer("x.y.z")})
    check_problem(reply, 401, "token_invalid")
