"""Tests of ``twogate.rules.policy.evaluate``."""

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.policy.drafts import METHODS, NOW, bearer, person, policies, policy_of, request, service, targets

from twogate.rules.assurance.level import Level
from twogate.rules.policy.decision import Allowed, Denied, ForControlPlane, Need, Preflight, Renewal, Shadow, Verdict
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Mode, Policy
from twogate.rules.policy.refusal import STATUS
from twogate.rules.policy.request import (
    Absent,
    Certificate,
    Identity,
    KeyProof,
    QuotaKey,
    RequestFacts,
    Unverified,
    Usage,
)
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

AT = Instant.from_seconds(NOW)
APP = "https://app.example.com"
POLICY = policy_of(
    {"name": "open", "match": "GET /open", "require": "none", "networks": "192.0.2.0/24", "quota": "2/day"},
    {"name": "any", "match": "/any"},
    {"name": "two", "match": "/two", "require": "aal2", "max_age": "5m", "scopes": ["t:w"]},
    {"name": "many", "match": "/many", "factors": 3},
    {"name": "three", "match": "/three", "require": "aal2", "factors": 3},
    {"name": "fresh", "match": "/fresh", "max_age": "5m"},
    {"name": "near", "match": "/near", "networks": "10.0.0.0/8"},
    {"name": "never", "match": "/never", "hours": "Mon 00:00-00:01 UTC"},
    {"name": "few", "match": "/few", "quota": ["3/day", "1/10s"]},
    cors=[APP],
    block=["203.0.113.0/24"],
)
MATCHER = Matcher.of(POLICY)


def judge(asked: RequestFacts, identity: Identity | None = None, **more: Any) -> Verdict:
    """Evaluate under the policy above."""
    return evaluate(MATCHER, asked, identity or Absent(), now=AT, **more)


def reason(asked: RequestFacts, identity: Identity | None = None, **more: Any) -> Reason | None:
    """Return why it is refused; None = it passes."""
    verdict = judge(asked, identity, **more)
    assert isinstance(verdict, Allowed | Denied)
    return verdict.reason if isinstance(verdict, Denied) else None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (request("TRACE", "/any"), Reason.METHOD_REFUSED),
        (request("CONNECT", "api.example.com:443"), Reason.METHOD_REFUSED),
        (request("delete", "/any"), Reason.METHOD_REFUSED),
        (request("G T", "/any"), Reason.METHOD_REFUSED),
        (request("", "/any"), Reason.METHOD_REFUSED),
        (request("GET", "/any", host=""), Reason.HOST_MISMATCH),
        (request("GET", "/any", host="a@b"), Reason.HOST_MISMATCH),
        (request("GET", "/any", host="other.example.com"), Reason.HOST_MISMATCH),
        (request("GET", "/any", host="api.example.com:8443"), Reason.HOST_MISMATCH),
        (request("GET", "/any", cookie_headers=2), Reason.REQUEST_MALFORMED),
        (request("GET", "/.twogate/renew"), Reason.NO_RULE),
        (request("POST", "/x/../.twogate/renew/"), Reason.NO_RULE),
        (request("GET", "/any%2f"), Reason.PATH_AMBIGUOUS),
        (request("OPTIONS", "*"), Reason.PATH_AMBIGUOUS),
        (request("OPTIONS", "http://api.example.com"), Reason.PATH_AMBIGUOUS),
        (request("GET", "http://other/any"), Reason.HOST_MISMATCH),
        (request("GET", "/any", address=ip_address("203.0.113.9")), Reason.ADDRESS_BLOCKED),
        (request("GET", "/any", address=ip_address("::ffff:203.0.113.9")), Reason.ADDRESS_BLOCKED),
        (request("GET", "/open", address_blocked=True), Reason.ADDRESS_BLOCKED),
        (request("GET", "/.twogate/sign-in", address_blocked=True), Reason.ADDRESS_BLOCKED),
        (request("GET", "/nowhere"), Reason.NO_RULE),
        (request("POST", "/open"), Reason.NO_RULE),
        (bearer("GET", "/nowhere"), Reason.NO_RULE),
        (request("GET", "/any"), Reason.CREDENTIAL_MISSING),
        (request("GET", "/any", authorizations=1), Reason.CREDENTIAL_MISSING),
        (request("GET", "/any", bearers=1, authorizations=1, cookies=1), Reason.CREDENTIALS_MULTIPLE),
        (request("GET", "/any", bearers=2, authorizations=2), Reason.CREDENTIALS_MULTIPLE),
        (request("GET", "/any", bearers=1, authorizations=2), Reason.CREDENTIALS_MULTIPLE),
        (request("GET", "/any", authorizations=2), Reason.CREDENTIALS_MULTIPLE),
        (request("GET", "/any", cookies=2), Reason.CREDENTIALS_MULTIPLE),
        (request("GET", "/open", address=ip_address("198.51.100.1")), Reason.NETWORK_REFUSED),
    ],
)
def test_a_request_is_refused_before_any_credential_is_read(asked: RequestFacts, why: Reason) -> None:
    """What the request itself says is enough."""
    assert reason(asked) is why


@pytest.mark.parametrize(
    ("path", "identity", "why"),
    [
        ("/any", person(), None),
        ("/any", service(), None),
        ("/any", Unverified(), Reason.TOKEN_INVALID),
        ("/any", person(not_before=NOW + 1), Reason.TOKEN_NOT_YET_VALID),
        ("/any", person(not_before=NOW), None),
        ("/any", person(expires=NOW), Reason.TOKEN_EXPIRED),
        ("/any", person(expires=NOW + 1), None),
        ("/any", person(audience="https://other"), Reason.AUDIENCE_WRONG),
        ("/any", person(revoked=True), Reason.TOKEN_REVOKED),
        ("/any", person(subject_blocked=True), Reason.SUBJECT_BLOCKED),
        ("/any", person(binding="thumb"), Reason.BINDING_MISSING),
        ("/any", person(step_up_since=NOW - 5), Reason.STEP_UP_DEMANDED),
        ("/any", person(step_up_since=NOW - 10), None),
        ("/two", person(Level.AAL2, scope=("t:r", "t:w")), None),
        ("/two", person(Level.AAL3, scope=("t:w",)), None),
        ("/two", service(rank=5), Reason.PERSON_REQUIRED),
        ("/two", person(), Reason.LEVEL_TOO_LOW),
        ("/two", person(Level.AAL2, age=301), Reason.PROOF_TOO_OLD),
        ("/two", person(Level.AAL2, age=300), Reason.SCOPE_INSUFFICIENT),
        ("/many", person(factors=3), None),
        ("/many", person(), Reason.FACTORS_TOO_FEW),
        ("/many", service(factors=3), Reason.PERSON_REQUIRED),
        ("/fresh", service(), Reason.PERSON_REQUIRED),
        ("/fresh", person(age=-10, not_before=NOW), None),
        ("/near", person(), Reason.NETWORK_REFUSED),
        ("/never", person(), Reason.OUTSIDE_HOURS),
    ],
)
def test_a_credential_is_judged_by_its_rule(path: str, identity: Identity, why: Reason | None) -> None:
    """Each condition at its boundary."""
    assert reason(bearer("GET", path), identity) is why


WORST: dict[Reason, dict[str, Any]] = {
    Reason.TOKEN_NOT_YET_VALID: {"not_before": NOW + 9},
    Reason.TOKEN_EXPIRED: {"expires": NOW - 9},
    Reason.AUDIENCE_WRONG: {"audience": "https://other"},
    Reason.TOKEN_REVOKED: {"revoked": True},
    Reason.SUBJECT_BLOCKED: {"subject_blocked": True},
    Reason.BINDING_MISSING: {"binding": "thumb"},
    Reason.CERTIFICATE_MISSING: {},
    Reason.LEVEL_TOO_LOW: {"rank": 1},
    Reason.FACTORS_TOO_FEW: {"factors": 0},
    Reason.STEP_UP_DEMANDED: {"step_up_since": NOW + 9},
    Reason.PROOF_TOO_OLD: {"auth_time": NOW - 999},
    Reason.SCOPE_INSUFFICIENT: {"scope": ()},
}


def test_reasons_come_in_one_order() -> None:
    """Of several things that are wrong the first of the list is told, whatever else there is."""
    policy = policy_of(
        {
            "match": "/x",
            "require": "aal2",
            "max_age": "5m",
            "factors": 2,
            "scopes": ["s"],
            "client_certificate": True,
            "networks": ["10.0.0.0/8"],
            "hours": "Mon 00:00-00:01 UTC",
            "quota": "1/day",
        },
    )
    key = QuotaKey("x", 1, 86_400, "usr_a")
    wrong = dict(WORST)
    told = []
    while wrong:
        changes = {name: value for change in wrong.values() for name, value in change.items()}
        identity = person(Level.AAL2, **{"scope": ("s",), **changes})
        shown = None if Reason.CERTIFICATE_MISSING in wrong else Certificate("shown")
        asked = bearer("GET", "/x", certificate=shown)
        verdict = evaluate(Matcher.of(policy), asked, identity, now=AT, usage=Usage({key: 1}))
        assert isinstance(verdict, Denied)
        told.append(verdict.reason)
        del wrong[verdict.reason]
    assert told == list(WORST)
    asked, identity = bearer("GET", "/x", certificate=Certificate("shown")), person(Level.AAL2, scope=("s",))
    assert evaluate(Matcher.of(policy), asked, identity, now=AT, usage=Usage({key: 1})) == Denied(
        Reason.NETWORK_REFUSED, 403, rule=policy.rules[0], path=_path(policy)
    )


def _path(policy: Policy) -> Any:
    verdict = evaluate(Matcher.of(policy), bearer("GET", "/x"), Absent(), now=AT)
    assert isinstance(verdict, Denied)
    return verdict.path


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (None, Reason.BINDING_MISSING),
        (Certificate("other"), Reason.BINDING_MISSING),
        (Certificate(""), Reason.BINDING_MISSING),
        (Certificate("thumb", Reason.CERTIFICATE_REVOKED), Reason.BINDING_MISSING),
        (Certificate("thumb", Reason.CERTIFICATE_UNTRUSTED), Reason.BINDING_MISSING),
        (Certificate("thumb", Reason.CERTIFICATE_EXPIRED, self_signed=True), Reason.BINDING_MISSING),
        (Certificate("other", Reason.CERTIFICATE_UNTRUSTED, self_signed=True), Reason.BINDING_MISSING),
        (Certificate("thumb", Reason.CERTIFICATE_UNTRUSTED, self_signed=True), None),
        (Certificate("thumb"), None),
    ],
)
def test_a_bound_token_needs_its_certificate(shown: Certificate | None, why: Reason | None) -> None:
    """RFC 8705 section 3: the one whose thumbprint it names, and in good order, whatever the rule asks for."""
    assert reason(bearer("GET", "/any", certificate=shown), person(binding="thumb")) is why


@pytest.mark.parametrize(
    ("binding", "proof", "why"),
    [
        ("jkt:key", None, Reason.BINDING_MISSING),
        ("jkt:key", KeyProof("other"), Reason.BINDING_MISSING),
        ("jkt:key", KeyProof(""), Reason.BINDING_MISSING),
        ("jkt:key", KeyProof("", Reason.DPOP_INVALID), Reason.DPOP_INVALID),
        ("jkt:key", KeyProof("", Reason.DPOP_REPLAYED), Reason.DPOP_REPLAYED),
        ("jkt:key", KeyProof("", Reason.DPOP_NONCE_NEEDED), Reason.DPOP_NONCE_NEEDED),
        ("jkt:key", KeyProof("key"), None),
        ("", KeyProof("key"), Reason.BINDING_MISSING),
        ("key", KeyProof("key"), Reason.BINDING_MISSING),
        ("jkt:", KeyProof(""), Reason.BINDING_MISSING),
    ],
)
def test_a_token_bound_to_a_key_needs_its_proof(binding: str, proof: KeyProof | None, why: Reason | None) -> None:
    """RFC 9449 section 7.2: bound as a bearer token, unbound with a proof, a proof of another key: all refused."""
    for shown in (None, Certificate("key"), Certificate("jkt:key")):
        asked = bearer("GET", "/any", proof=proof, certificate=shown)
        assert reason(asked, person(binding=binding)) is why


@pytest.mark.parametrize("level", ["none", "aal1"])
@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (None, Reason.CERTIFICATE_MISSING),
        (Certificate("a", Reason.CERTIFICATE_REVOKED), Reason.CERTIFICATE_REVOKED),
        (Certificate("a", Reason.CERTIFICATE_EXPIRED), Reason.CERTIFICATE_EXPIRED),
        (Certificate("a", Reason.CERTIFICATE_UNTRUSTED), Reason.CERTIFICATE_UNTRUSTED),
        (Certificate("a"), None),
    ],
)
def test_a_rule_may_need_a_certificate(level: str, shown: Certificate | None, why: Reason | None) -> None:
    """With a credential beside it or without; a rule that does not ask takes no notice of a bad one."""
    asking = policy_of({"match": "/x", "require": level, "client_certificate": True}, {"match": "/y", "require": level})
    verdict = evaluate(Matcher.of(asking), bearer("GET", "/x", certificate=shown), person(), now=AT)
    assert (verdict.reason if isinstance(verdict, Denied) else None) is why
    unasked = evaluate(Matcher.of(asking), bearer("GET", "/y", certificate=shown), person(), now=AT)
    assert isinstance(unasked, Allowed)


def test_a_rule_of_level_none_looks_at_no_credential() -> None:
    """A broken one changes nothing, and the address is charged."""
    verdict = judge(bearer("GET", "/open", cookies=1), Unverified())
    assert isinstance(verdict, Allowed)
    assert verdict.facts is None
    key = QuotaKey("open", 2, 86_400, "192.0.2.7")
    assert verdict.charge == (key,)
    assert reason(request("GET", "/open"), usage=Usage({key: 2})) is Reason.QUOTA_EXCEEDED


def test_each_window_of_a_quota_is_counted_for_each_account() -> None:
    """One exhausted window is enough; another account has its own."""
    verdict = judge(bearer("GET", "/few"), person())
    assert isinstance(verdict, Allowed)
    assert verdict.charge == (QuotaKey("few", 3, 86_400, "usr_a"), QuotaKey("few", 1, 10, "usr_a"))
    spent = Usage({verdict.charge[1]: 1})
    assert reason(bearer("GET", "/few"), person(), usage=spent) is Reason.QUOTA_EXCEEDED
    assert reason(bearer("GET", "/few"), person(subject="usr_b"), usage=spent) is None


def test_an_expired_cookie_is_renewed_and_an_expired_bearer_is_not() -> None:
    """The browser has a session behind its cookie; a program has a refresh token."""
    assert isinstance(judge(request("GET", "/any", cookies=1), person(expires=NOW)), Renewal)
    assert isinstance(judge(request("GET", "/any", cookies=1), person(expires=NOW, revoked=True)), Renewal)
    assert reason(request("GET", "/any", cookies=1), person(expires=NOW, not_before=NOW + 1)) is not None


@pytest.mark.parametrize(
    ("method", "facts", "why"),
    [
        ("POST", {"fetch_site": "cross-site"}, Reason.CROSS_SITE),
        ("POST", {"fetch_site": "cross-site", "origin": "https://evil.example"}, Reason.CROSS_SITE),
        ("POST", {"fetch_site": "cross-site", "origin": APP}, None),
        ("POST", {"fetch_site": "same-site"}, None),
        ("POST", {}, None),
        ("GET", {"fetch_site": "cross-site"}, None),
        ("HEAD", {"fetch_site": "cross-site"}, None),
    ],
)
def test_another_site_cannot_use_the_cookie(method: str, facts: dict[str, Any], why: Reason | None) -> None:
    """Only where something is changed, and never an origin that the policy names."""
    assert reason(request(method, "/any", cookies=1, **facts), person()) is why


def test_a_bearer_is_no_matter_of_sites() -> None:
    """No browser sends it by itself."""
    assert reason(bearer("POST", "/any", fetch_site="cross-site"), person()) is None


def test_case_75_a_preflight_is_answered_at_the_gateway() -> None:
    """For the policy's origins with CORS headers, for others without; it is never forwarded."""
    asked = {"preflight_method": "PUT", "origin": APP}
    assert judge(request("OPTIONS", "/any", **asked)) == Preflight(APP)
    assert judge(request("OPTIONS", "/any", **{**asked, "origin": "https://evil.example"})) == Preflight("")
    assert reason(request("OPTIONS", "/any", origin=APP)) is Reason.CREDENTIAL_MISSING


@pytest.mark.parametrize(
    "target",
    ["/.twogate/sign-in", "/.twogate", "/x/../.twogate/account", "/.well-known/oauth-protected-resource"],
)
def test_the_control_planes_paths_obey_no_rule(target: str) -> None:
    """They are reached without one."""
    assert isinstance(judge(request("GET", target)), ForControlPlane)


def test_the_gateway_answers_to_its_own_names() -> None:
    """Its public authority with or without the default port, in any case, and names that the site adds."""
    policy = policy_of({"match": "/any", "require": "none"})
    hosts = ("api.example.com", "API.example.com:443", "localhost:8080")
    for host, also, passes in (
        (hosts[0], (), True),
        (hosts[1], (), True),
        (hosts[2], (), False),
        (hosts[2], hosts[2:], True),
    ):
        verdict = evaluate(Matcher.of(policy, hosts=also), request("GET", "/any", host=host), Absent(), now=AT)
        assert isinstance(verdict, Allowed) is passes


@pytest.mark.parametrize("target", ["/.twogate2", "/.Twogate/x", "/.well-known/openid-configuration", "/a/.twogate"])
def test_only_the_control_planes_own_paths_are_its(target: str) -> None:
    """Everything else needs a rule."""
    assert reason(request("GET", target)) is Reason.NO_RULE


@pytest.mark.parametrize(
    ("path", "identity", "needed"),
    [
        ("/two", person(), Need("aal2", 300)),
        ("/two", person(Level.AAL2, age=301), Need("aal2", 300)),
        ("/two", person(Level.AAL2), Need(scope="t:w")),
        ("/many", person(), Need("aal2")),
        ("/any", person(step_up_since=NOW - 5), Need("aal1", 5)),
        ("/fresh", person(age=9, step_up_since=NOW + 5), Need("aal1", 0)),
        ("/near", person(), Need()),
    ],
)
def test_a_refusal_says_what_would_have_sufficed(path: str, identity: Identity, needed: Need) -> None:
    """RFC 9470 section 3: acr_values and max_age; RFC 6750 section 3: scope."""
    verdict = judge(bearer("GET", path), identity)
    assert isinstance(verdict, Denied)
    assert verdict.need == needed
    assert verdict.status == STATUS[verdict.reason]


def test_shadow_rules_are_judged_and_change_nothing() -> None:
    """Their verdicts ride along for the log."""
    policy = policy_of(
        {"name": "real", "match": "/a/**"},
        {"name": "strict", "match": "/a/b", "require": "aal2", "mode": "shadow"},
        {"name": "lax", "match": "/a/{id}", "require": "none", "mode": "shadow"},
    )
    verdict = evaluate(Matcher.of(policy), bearer("GET", "/a/b"), person(), now=AT)
    assert isinstance(verdict, Allowed)
    assert verdict.rule.name == "real"
    assert verdict.shadows == (Shadow("strict", Reason.LEVEL_TOO_LOW), Shadow("lax", None))
    alone = policy_of({"name": "strict", "match": "/a", "mode": "shadow"})
    refused = evaluate(Matcher.of(alone), request("GET", "/a"), Absent(), now=AT)
    assert isinstance(refused, Denied)
    assert refused.reason is Reason.NO_RULE
    assert refused.shadows == (Shadow("strict", Reason.CREDENTIAL_MISSING),)


IDENTITIES = st.sampled_from(
    (Absent(), Unverified(), person(), person(Level.AAL2), service(), person(expires=NOW), person(revoked=True)),
)


ASKED = st.builds(
    lambda method, target, bearers: request(method, target, bearers=bearers, authorizations=bearers),
    st.sampled_from((*METHODS, "TRACE", "get")),
    targets(),
    st.integers(0, 2),
)


@given(policies(), ASKED, IDENTITIES)
def test_nothing_passes_without_a_rule_and_what_it_asks(
    policy: Policy, asked: RequestFacts, identity: Identity
) -> None:
    """Whatever is asked by whom, a pass names an enforced rule, and above level none a good credential."""
    verdict = evaluate(Matcher.of(policy), asked, identity, now=AT)
    if isinstance(verdict, Allowed):
        assert verdict.rule.mode is Mode.ENFORCE
        assert verdict.rule in policy.rules
        if verdict.rule.require.level > Level.NONE:
            assert asked.bearers == 1
            assert verdict.facts is not None
            assert verdict.facts.rank >= verdict.rule.require.level
