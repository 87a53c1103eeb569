"""Answers in the caller's dialect, and what a proxy is told to pass on."""

import json
from dataclasses import replace
from ipaddress import ip_address

import pytest
from tests.dataplane.decision.known import APP, POLICY, PUBLIC_URL, asked

from twogate.rules.assurance.level import Level
from twogate.rules.forward_auth.answers import Answer, Asker, absolute, identity, passed, preflight, refused, unjudged
from twogate.rules.forward_auth.reading import Read, Where, read
from twogate.rules.policy.decision import Allowed, Denied, Need, Preflight
from twogate.rules.policy.model import Policy, Requirement, Rule
from twogate.rules.policy.parse import parse
from twogate.rules.policy.paths import NormalPath
from twogate.rules.policy.refusal import SIGN_IN, STATUS, STEP_UP
from twogate.terms.access import AccessFacts
from twogate.terms.reasons import Reason

FACTS = AccessFacts(
    "usr_a",
    "gnt_a",
    2,
    1_700_000_000,
    1_700_000_300,
    0,
    2,
    PUBLIC_URL,
    "web",
    ("mfa", "otp", "pwd"),
    ("read", "write:x"),
)
PATH = NormalPath("/v1/x", "a=b&c", ("v1", "x"))
RULE = Rule("r", (), Requirement(level=Level.AAL1), "api")
PAGE, SCRIPT = "Sec-Fetch-Mode: navigate", f"Origin: {APP}"


def policy() -> Policy:
    found = parse(POLICY)
    assert isinstance(found, Policy)
    return found


def reading(*lines: str) -> Read:
    found = read(asked("/v1/x?a=b&c", *lines), Where(ip_address("::1")), cookie="twogate")
    assert isinstance(found, Read)
    return found


def asker(*lines: str) -> Asker:
    return Asker(policy(), reading(*lines).facts, "rid-1")


def denied(reason: Reason, **more: object) -> Denied:
    return replace(Denied(reason, STATUS[reason], path=PATH), **more)  # type: ignore[arg-type]


def fields(answer: Answer) -> dict[str, str]:
    return dict(answer.fields)


# ------------------------------------------------------------------ passed
def test_who_it_is_goes_on_and_our_credential_does_not() -> None:
    """X-Auth-*, the request's id, the path that was judged; bearer and our cookie are gone."""
    found = passed(
        Allowed(RULE, PATH, FACTS), reading("Authorization: Bearer t", "Cookie: a=b; twogate-flow=x"), request_id="r"
    )
    assert found.status == 200
    assert found.fields == (
        ("X-Auth-Subject", "usr_a"),
        ("X-Auth-Level", "aal2"),
        ("X-Auth-Methods", "mfa otp pwd"),
        ("X-Auth-Time", "1700000000"),
        ("X-Auth-Client", "web"),
        ("X-Auth-Scope", "read write:x"),
        ("Cookie", "a=b"),
        ("X-Request-Id", "r"),
        ("X-Twogate-Target", "/v1/x?a=b&c"),
    )


def test_a_token_goes_on_only_where_the_rule_says_so() -> None:
    """From the header or from the cookie; another scheme beside our cookie is the upstream's own."""
    forward = replace(RULE, forward_credential=True)
    by_cookie = reading("Cookie: twogate=t", "Authorization: Basic x")
    by_bearer = reading("Authorization: Bearer t")
    assert fields(passed(Allowed(forward, PATH, FACTS), by_bearer, request_id="r"))["Authorization"] == "Bearer t"
    assert fields(passed(Allowed(forward, PATH, FACTS), by_cookie, request_id="r"))["Authorization"] == "Bearer t"
    assert fields(passed(Allowed(RULE, PATH, FACTS), by_cookie, request_id="r"))["Authorization"] == "Basic x"
    assert "Authorization" not in fields(passed(Allowed(RULE, PATH, FACTS), by_bearer, request_id="r"))


def test_where_no_credential_was_looked_at_nobody_is_named() -> None:
    """And the caller's Authorization is the upstream's own business."""
    open_to_all = Allowed(replace(RULE, require=Requirement(level=Level.NONE)), PATH, None)
    assert identity(open_to_all) == ()
    assert (
        fields(passed(open_to_all, reading("Authorization: Bearer t"), request_id="r"))["Authorization"] == "Bearer t"
    )


# ------------------------------------------------------------------ refused
@pytest.mark.parametrize("reason", sorted(SIGN_IN))
def test_a_page_is_sent_to_sign_in_and_a_program_is_challenged(reason: Reason) -> None:
    """RFC 6750 section 3 with RFC 9728 section 5.1; a browser's address bar gets 302."""
    page = refused(denied(reason), asker(PAGE))
    assert page.status == 302
    assert fields(page)["Location"] == f"{PUBLIC_URL}/.twogate/sign-in?return_to=%2Fv1%2Fx%3Fa%3Db%26c"
    told = refused(denied(reason), asker())
    challenge = fields(told)["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert f'resource_metadata="{PUBLIC_URL}/.well-known/oauth-protected-resource"' in challenge
    assert ('error="invalid_token"' in challenge) is (reason is not Reason.CREDENTIAL_MISSING)
    body = json.loads(told.body)
    assert (body["status"], body["reason"], body["request_id"]) == (401, reason.value, "rid-1")
    assert body["sign_in_url"] == f"{PUBLIC_URL}/.twogate/sign-in"


@pytest.mark.parametrize("reason", sorted(STEP_UP))
def test_a_step_up_says_what_would_do(reason: Reason) -> None:
    """RFC 9470 section 3, the same in the body, the same in a redirect."""
    need = Need("aal2", 300)
    challenge = fields(refused(denied(reason, need=need), asker()))["WWW-Authenticate"]
    assert 'error="insufficient_user_authentication"' in challenge
    assert 'acr_values="aal2", max_age=300' in challenge
    body = json.loads(refused(denied(reason, need=need), asker(SCRIPT)).body)
    assert body["step_up_url"] == f"{PUBLIC_URL}/.twogate/step-up?level=aal2&max_age=300"
    page = fields(refused(denied(reason, need=Need("aal3")), asker(PAGE)))
    assert page["Location"] == f"{PUBLIC_URL}/.twogate/step-up?level=aal3&return_to=%2Fv1%2Fx%3Fa%3Db%26c"


def test_a_scope_is_named() -> None:
    """RFC 6750 section 3.1."""
    told = refused(denied(Reason.SCOPE_INSUFFICIENT, need=Need(scope="read write:x")), asker())
    assert told.status == 403
    assert 'error="insufficient_scope"' in fields(told)["WWW-Authenticate"]
    assert 'scope="read write:x"' in fields(told)["WWW-Authenticate"]


@pytest.mark.parametrize("reason", sorted(set(STATUS) - SIGN_IN - STEP_UP))
def test_every_other_reason_has_a_page_and_a_problem(reason: Reason) -> None:
    """With its own status, never in a cache, never a yes."""
    page, told = refused(denied(reason), asker(PAGE)), refused(denied(reason), asker())
    for answer in (page, told):
        assert answer.status == STATUS[reason] >= 400
        assert fields(answer)["Cache-Control"] == "no-store"
        assert fields(answer)["X-Request-Id"] == "rid-1"
    assert page.body.startswith(b"<!doctype html>")
    assert json.loads(told.body)["reason"] == reason.value


def test_what_a_status_demands_is_there() -> None:
    """Allow with 405, Retry-After with 503 (RFC 9110 sections 15.5.6 and 10.2.3)."""
    assert "DELETE" in fields(refused(denied(Reason.METHOD_REFUSED), asker()))["Allow"]
    assert fields(unjudged(Reason.GATEWAY_STALE, Asker(None, None, "r")))["Retry-After"] == "5"


def test_a_listed_origin_may_read_a_refusal_and_another_may_not() -> None:
    """WHATWG Fetch section 3.2."""
    ours = fields(refused(denied(Reason.NO_RULE), asker(SCRIPT)))
    assert (ours["Access-Control-Allow-Origin"], ours["Access-Control-Allow-Credentials"]) == (APP, "true")
    theirs = fields(refused(denied(Reason.NO_RULE), asker("Origin: https://evil.example")))
    assert "Access-Control-Allow-Origin" not in theirs
    assert theirs["Vary"] == "Origin"


def test_a_secure_site_says_so() -> None:
    """HSTS on every answer of ours (RFC 6797)."""
    secure = replace(policy(), public_url="https://api.example.com")
    assert "Strict-Transport-Security" in fields(unjudged(Reason.NO_RULE, Asker(secure, None, "r")))


def test_a_preflight_is_answered_for_listed_origins_only() -> None:
    """Others get 204 without a word."""
    ours = preflight(Preflight(APP), asker(SCRIPT), requested="PUT", headers="x-a")
    assert fields(ours)["Access-Control-Allow-Headers"] == "x-a"
    other = preflight(Preflight(""), asker("Origin: https://evil.example"), requested="PUT", headers="x-a")
    assert other.status == 204
    assert not any(name.startswith("Access-Control") for name in fields(other))


def test_a_path_to_go_to_is_one_of_ours() -> None:
    """Some proxies read it as a path of the process that they asked."""
    given = Answer(307, (("location", "/v1/x"), ("set-cookie", "/a")))
    assert absolute(given, policy()).fields == (("location", f"{PUBLIC_URL}/v1/x"), ("set-cookie", "/a"))
    away = Answer(302, (("Location", "https://other.example/"),))
    assert absolute(away, policy()) == away
