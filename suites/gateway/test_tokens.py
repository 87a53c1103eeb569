"""Credentials that the running gateway learns about: opaque API tokens, and everything that is revoked."""

from hashlib import sha256

import pytest
from suites.gateway.rig import Gateway, bearer, wait_for

from twogate.terms.access import AccessFacts

API_TOKEN = "tg_pat_0123456789abcdef0123456789abcdef0123456789a"


def digest(token: str) -> str:
    """A token's key in the gateway's maps."""
    return sha256(token.encode()).hexdigest()


def machine(gateway: Gateway) -> AccessFacts:
    """What an API token stands for: one factor, no moment of proof."""
    return gateway.facts(rank=1, factors=1, auth_time=0, amr=(), client="", expires=4_000_000_000, not_before=0)


def known(gateway: Gateway, token: str) -> AccessFacts:
    """Tell the gateway of an API token."""
    facts = machine(gateway)
    gateway.admin(f"add map tokens.map {digest(token)} {facts.pack()}")
    return facts


def test_an_api_token_is_known_by_its_digest(gateway: Gateway) -> None:
    """It passes while the map names it, and no longer."""
    token = f"{API_TOKEN}1"
    assert gateway.ask("GET", "/things/x", **bearer(token)).json  # a refusal: nobody knows it yet
    assert gateway.upstream.heard == []
    known(gateway, token)
    assert gateway.ask("GET", "/things/x", **bearer(token)).status == 200
    assert gateway.upstream.last().header("X-Auth-Subject") == "usr_alice"
    assert gateway.upstream.last().header("X-Auth-Level") == "aal1"
    gateway.admin(f"del map tokens.map {digest(token)}")
    reply = gateway.ask("GET", "/things/x", **bearer(token))
    assert (reply.status, reply.json["reason"]) == (401, "token_invalid")
    assert len(gateway.upstream.heard) == 1


@pytest.mark.parametrize("change", ["", "x", "case", "cut"])
def test_nothing_near_an_api_token_is_one(gateway: Gateway, change: str) -> None:
    """Neither its digest nor another spelling."""
    token = f"{API_TOKEN}2"
    known(gateway, token)
    near = {"": digest(token), "x": f"{token}x", "case": token.upper(), "cut": token[:-1]}[change]
    assert gateway.ask("GET", "/things/x", **bearer(near)).status == 401
    assert gateway.upstream.heard == []


def test_an_api_token_is_no_person(gateway: Gateway) -> None:
    """A rule that asks for more than one factor says so, and does not send it to a step-up it cannot do."""
    token = f"{API_TOKEN}3"
    known(gateway, token)
    reply = gateway.ask("GET", "/admin/x", **bearer(token))
    assert (reply.status, reply.json["reason"]) == (403, "person_required")
    assert gateway.upstream.heard == []


def test_one_jwt_can_be_revoked_and_its_siblings_live_on(gateway: Gateway) -> None:
    """A tombstone stands where the gateway remembered it."""
    facts = gateway.facts()
    dead, alive = gateway.token(facts), gateway.token(facts)
    for token in (dead, alive):
        assert gateway.ask("GET", "/things/x", **bearer(token)).status == 200
    gateway.admin(f"set map claims.map {digest(dead)} revoked")
    reply = gateway.ask("GET", "/things/x", **bearer(dead))
    assert (reply.status, reply.json["reason"]) == (401, "token_revoked")
    assert gateway.ask("GET", "/things/x", **bearer(alive)).status == 200


@pytest.mark.parametrize("seen", [True, False])
def test_a_revoked_grant_takes_its_tokens_with_it(gateway: Gateway, *, seen: bool) -> None:
    """Whether the gateway has seen them before or not."""
    facts = gateway.facts()
    token = gateway.token(facts)
    if seen:
        assert gateway.ask("GET", "/things/x", **bearer(token)).status == 200
    gateway.admin(f"add map grants.map {facts.grant} revoked")
    reply = gateway.ask("GET", "/things/x", **bearer(token))
    assert (reply.status, reply.json["reason"]) == (401, "token_revoked")


def test_a_blocked_subject_passes_nowhere_until_it_is_cleared(gateway: Gateway) -> None:
    """All of an account's tokens are refused, and accepted again."""
    tokens = [gateway.token(subject="usr_bob") for _ in range(2)]
    gateway.admin("add map subjects.map usr_bob blocked")
    for token in tokens:
        reply = gateway.ask("GET", "/things/x", **bearer(token))
        assert reply.json["reason"] == "subject_blocked"
    gateway.admin("del map subjects.map usr_bob")
    assert [gateway.ask("GET", "/things/x", **bearer(token)).status for token in tokens] == [200, 200]


def test_a_demanded_step_up_is_asked_of_older_proofs_alone(gateway: Gateway) -> None:
    """RFC 9470: the challenge says how young the proof must be; one that is younger passes."""
    facts = gateway.facts(subject="usr_carl")
    gateway.admin(f"add map subjects.map usr_carl since:{facts.auth_time + 3}")
    older = gateway.ask("GET", "/things/x", **bearer(gateway.token(facts)))
    assert (older.status, older.json["reason"]) == (401, "step_up_demanded")
    assert "insufficient_user_authentication" in (older.header("WWW-Authenticate") or "")
    younger = gateway.facts(subject="usr_carl", auth_time=facts.auth_time + 4)
    assert gateway.ask("GET", "/things/x", **bearer(gateway.token(younger))).status == 200


def test_a_blocked_address_is_refused_whoever_comes_from_it(gateway: Gateway) -> None:
    """Before any credential is looked at, on open paths too."""
    gateway.admin("add map addresses.map 127.0.0.0/8 blocked")
    try:
        replies = [gateway.ask("GET", target, **bearer(gateway.token())) for target in ("/things/x", "/public/x")]
    finally:
        gateway.admin("del map addresses.map 127.0.0.0/8")
    assert {(reply.status, reply.json["reason"]) for reply in replies} == {(403, "address_blocked")}
    assert gateway.upstream.heard == []


def test_the_upstream_hears_each_word_of_ours_once(gateway: Gateway) -> None:
    """``X-Auth-*`` and their kin stand there exactly once, though the caller sends its own and the token twice over."""
    forged = [("X-Auth-Subject", "root"), ("x-auth-level", "aal3"), ("X-Request-Id", "1"), ("X-Forwarded-For", "::1")]
    token = gateway.token(subject="usr_dora", scope=("a", "b"))
    for _ in range(2):  # seen for the first time, and remembered
        assert gateway.send("GET", "/things/x", [*forged, *forged, *bearer(token).items()]).status == 200
        heard = gateway.upstream.last()
        told = {name: heard.header(f"X-Auth-{name}") for name in ("Subject", "Level", "Methods", "Client", "Scope")}
        assert told == {
            "Subject": "usr_dora",
            "Level": "aal2",
            "Methods": "mfa otp pwd",
            "Client": "browser",
            "Scope": "a b",
        }
        assert (heard.header("X-Auth-Time") or "").isdigit()
        assert heard.header("X-Forwarded-For") == "127.0.0.1"
        assert heard.header("X-Forwarded-Proto") == "http"
        assert heard.header("X-Forwarded-Host") == gateway.host
        assert len(heard.header("X-Request-Id") or "") > 10
        assert heard.header("Authorization") is None


def test_a_rule_may_hand_the_token_on(gateway: Gateway) -> None:
    """Only where the policy says so, also when it came in a cookie."""
    token = gateway.token()
    for headers in (bearer(token), {"Cookie": f"twogate={token}"}):
        assert gateway.ask("GET", "/forwarding/x", **headers).status == 200
        assert gateway.upstream.last().header("Authorization") == f"Bearer {token}"


def test_another_scheme_is_the_upstreams_business(gateway: Gateway) -> None:
    """Basic beside our cookie reaches the upstream as it was; alone it is no credential of ours."""
    basic = {"Authorization": "Basic dTpw"}
    assert gateway.ask("GET", "/things/x", **basic).status == 401
    assert gateway.ask("GET", "/things/x", Cookie=f"twogate={gateway.token()}", **basic).status == 200
    assert gateway.upstream.last().header("Authorization") == "Basic dTpw"


def test_the_log_names_who_and_why(gateway: Gateway) -> None:
    """A request id from an answer leads to its line, which holds no credential and no query."""
    token = gateway.token()
    passed = gateway.ask("GET", "/things/x?secret=1", **bearer(token))
    refused = gateway.ask("GET", "/admin/x?secret=1")
    for reply, reason in ((passed, "passed"), (refused, "credential_missing")):
        line = wait_for(lambda rid=reply.rid: gateway.log.line(rid))
        assert reason in line.values() or reason == "passed"
        assert token not in str(line)
        assert "secret" not in str(line)
