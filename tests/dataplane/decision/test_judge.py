"""One request judged with the state of the moment; whatever cannot be known refuses it."""

import json
from collections import Counter
from hashlib import shake_256
from ipaddress import ip_address
from pathlib import Path

import pytest
from suites.agreement.credentials import Credentials
from suites.agreement.drafts import BYTES, HOST, PLACES, Shot, shoot
from tests.dataplane.decision.known import APP, asked, known_node
from tests.rules.policy.drafts import toml

from twogate.dataplane.decision.judge import Judged
from twogate.dataplane.decision.network_table import NetworkTable
from twogate.dataplane.decision.node import DecisionNode
from twogate.rules.forward_auth.proxies import CADDY, HAPROXY, TRAEFIK, Asked
from twogate.rules.policy.decision import Allowed, Denied, ForControlPlane, Preflight, Renewal
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

RANDOM = toml(
    [
        {"name": "a", "match": ["/a/**", "GET /v1/{id}"], "require": "aal2", "factors": 2},
        {"name": "b", "match": "/v1/orders/*", "scopes": ["read"]},
        {"name": "c", "match": ["/orders/**", "POST /a/b"], "max_age": "5m", "mode": "shadow"},
        {"name": "d", "match": "/b/**", "require": "none", "networks": ["127.0.0.0/30"]},
        {"name": "e", "match": "/**", "countries": ["DE", "CH", "local"]},
        {"name": "f", "match": "/v1/a", "client_certificate": True},
    ],
    public_url=f"http://{HOST}",
    cors=["https://app.example.test"],
)
SHOTS = 1500


def test_random_requests_get_the_verdict_of_evaluate(short_dir: Path) -> None:
    """Read from header fields, judged by what is held: verdict and reason are what the policy means."""
    credentials = Credentials(f"http://{HOST}")
    node = known_node(
        short_dir, credentials=credentials, policy=RANDOM.replace('countries = ["DE", "CH", "local"]\n', "")
    )
    policy = parse(RANDOM)
    assert isinstance(policy, Policy)
    node.meaning.now = _with_places(node, policy)
    data = shake_256(b"forward-auth").digest(SHOTS * BYTES)
    tally: Counter[str] = Counter()
    for start in range(0, len(data), BYTES):
        shot = shoot(data[start : start + BYTES], policy, credentials)
        if shot.facts.address == ip_address("127.0.0.9"):
            continue  # blocked by the feed of another rig
        meant = evaluate(
            node.meaning.now.matcher, shot.facts, shot.identity, now=Instant.from_seconds(credentials.now + 1)
        )
        found = node.judge(_told(shot), HAPROXY)
        tally[_word(meant)] += 1
        assert _word(found.verdict) == (_word(meant) if not isinstance(meant, ForControlPlane) else "no_rule"), (
            shot.wire
        )
    assert len(tally) > 15, tally


def _with_places(node: DecisionNode, policy: Policy) -> object:
    from dataclasses import replace  # noqa: PLC0415  # only here

    from twogate.rules.policy.match import Matcher  # noqa: PLC0415  # only here

    assert node.meaning.now is not None
    countries = NetworkTable((f"{address}/32", found[0]) for address, found in PLACES.items() if found[0])
    return replace(node.meaning.now, matcher=Matcher.of(policy), countries=countries)


def _told(shot: Shot) -> Asked:
    """As a proxy tells it that drops what only a gateway may write, and offers no HTTP/2 in clear."""
    lines = shot.wire.decode("latin-1").split("\r\n")[2:-2]
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    kept = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in pairs
        if "_" not in name and not (name == "upgrade" and "h2c" in value.lower())
    ]
    facts = shot.facts
    return Asked(facts.method, facts.target, facts.host, str(facts.address), kept)


def _word(verdict: object) -> str:
    return verdict.reason.value if isinstance(verdict, Denied | Refused) else type(verdict).__name__


def verdict(node: DecisionNode, question: Asked, proxy: object = HAPROXY) -> str:
    """The reason, or what became of it."""
    return _word(node.judge(question, proxy).verdict)  # type: ignore[arg-type]


def bearer(credentials: Credentials, name: str) -> str:
    return f"Authorization: Bearer {credentials.shown[name][0]}"


# ------------------------------------------------------------------ closed
def test_without_a_policy_everything_is_refused(node: DecisionNode, credentials: Credentials) -> None:
    """Open paths, too: nobody knows that they are open."""
    node.meaning.now = None
    judged = node.judge(asked("/public/x", bearer(credentials, "one")), HAPROXY)
    answer = node.answer(judged)
    assert (answer.status, json.loads(answer.body)["reason"]) == (503, "gateway_stale")


def test_out_of_touch_only_open_paths_pass(node: DecisionNode, credentials: Credentials) -> None:
    """With the control plane silent for too long, whatever needs a credential is refused, renewals too."""
    node.meaning.stale = True
    assert verdict(node, asked("/public/x")) == "Allowed"
    assert verdict(node, asked("/v1/orders/7", bearer(credentials, "one"))) == "gateway_stale"
    assert verdict(node, asked("/v1/orders/7")) == "credential_missing"
    expired = f"Cookie: twogate={credentials.shown['expired'][0]}"
    assert verdict(node, asked("/v1/orders/7", expired)) == "gateway_stale"


@pytest.mark.parametrize("address", ["", "local", "unix:", "10.0.0.1, 10.0.0.2", "1.2.3", "::1%eth0/"])
def test_an_address_that_is_none_is_refused(node: DecisionNode, address: str) -> None:
    """Quotas, networks and blocks hang on it."""
    assert verdict(node, asked("/public/x", address=address)) == "request_malformed"


def test_a_blocked_address_is_refused(node: DecisionNode) -> None:
    """Whatever it asks for, also in IPv6 disguise."""
    assert verdict(node, asked("/public/x", address="192.0.2.66")) == "address_blocked"
    assert verdict(node, asked("/public/x", address="::ffff:192.0.2.66")) == "address_blocked"


def test_a_question_that_could_not_be_read_is_refused(node: DecisionNode) -> None:
    """With an id, and in JSON."""
    answer = node.answer(node.judge(Refused(Reason.REQUEST_MALFORMED, "x"), HAPROXY))
    assert answer.status == 400
    assert json.loads(answer.body)["request_id"] == dict(answer.fields)["X-Request-Id"]


# ------------------------------------------------------------------ narrower than the policy
def test_a_proxy_that_passes_on_what_was_sent_gets_no_other_spelling(
    node: DecisionNode, credentials: Credentials
) -> None:
    """The upstream would read another path than the one that was judged."""
    for target in ("/public//x", "/v1/orders/../../public/x", "/v1/%6frders/7", "/public/x/."):
        question = asked(target, bearer(credentials, "one"))
        assert verdict(node, question, HAPROXY) == "Allowed"
        assert verdict(node, question, CADDY) == "path_ambiguous"
    assert verdict(node, asked("/public/x?y=//%2e"), CADDY) == "Allowed"


def test_a_preflight_never_reads_as_a_yes(node: DecisionNode) -> None:
    """Where any 2xx lets a request through, a preflight is refused."""
    question = asked("/v1/orders/7", f"Origin: {APP}", "Access-Control-Request-Method: PUT", method="OPTIONS")
    assert isinstance(node.judge(question, TRAEFIK).verdict, Denied)
    judged = node.judge(question, HAPROXY)
    assert isinstance(judged.verdict, Preflight)
    answer = node.answer(judged)
    assert answer.status == 204
    assert dict(answer.fields)["Access-Control-Allow-Origin"] == APP
    assert dict(answer.fields)["Access-Control-Allow-Methods"] == "PUT"


def test_our_own_paths_are_never_the_upstreams(node: DecisionNode) -> None:
    """A proxy that was not told to lead them to us gets a no."""
    assert verdict(node, asked("/.twogate/sign-in")) == "no_rule"
    assert verdict(node, asked("/.twogate/renew")) == "no_rule"


# ------------------------------------------------------------------ quotas
def test_a_quota_counts_what_passed_and_says_what_is_left(node: DecisionNode, credentials: Credentials) -> None:
    """Two a day for each account; the third is told when there is room again; a refusal costs nothing."""
    one, two = bearer(credentials, "one"), bearer(credentials, "two")
    first = node.answer(node.judge(asked("/v1/rare", one), HAPROXY))
    assert dict(first.fields)["RateLimit"] == '"day";r=1;t=86400'
    assert verdict(node, asked("/v1/rare", one)) == "Allowed"
    refused = node.answer(node.judge(asked("/v1/rare", one), HAPROXY))
    assert (refused.status, dict(refused.fields)["Retry-After"]) == (429, "86400")
    assert dict(refused.fields)["RateLimit-Policy"] == '"day";q=2;w=86400'
    assert verdict(node, asked("/v1/rare", two)) == "Allowed"


def test_a_question_asked_for_the_refusal_is_not_counted(node: DecisionNode, credentials: Credentials) -> None:
    """Nginx asks twice."""
    question = asked("/v1/rare", bearer(credentials, "one"))
    for _ in range(5):
        assert isinstance(node.judge(question, HAPROXY, charge=False).verdict, Allowed)


# ------------------------------------------------------------------ attacks
def test_case_72_two_people_never_get_each_others_verdict(node: DecisionNode, credentials: Credentials) -> None:
    """What is remembered is a token's own facts under its whole digest: never a verdict, a path or a method."""
    names = ("one", "two", "reader", "phr", "aal3")
    for turn in range(200):
        name = names[turn % len(names)]
        judged = node.judge(asked("/v1/orders/7", bearer(credentials, name)), HAPROXY)
        assert isinstance(judged.verdict, Allowed)
        assert judged.verdict.facts is not None
        assert judged.verdict.facts.subject == f"usr_{name}"
    assert verdict(node, asked("/v1/two", bearer(credentials, "one"))) == "level_too_low"
    assert verdict(node, asked("/v1/orders/7", bearer(credentials, "one") + "A")) == "token_invalid"


def test_case_72_a_policy_that_changes_holds_for_the_next_request(
    node: DecisionNode, credentials: Credentials, short_dir: Path
) -> None:
    """Nothing that was decided before is recalled."""
    question = asked("/v1/orders/7", bearer(credentials, "one"))
    assert verdict(node, question) == "Allowed"
    other = known_node(
        short_dir / "b",
        policy=toml([{"match": "/v1/orders/**", "require": "aal3"}], public_url="http://api.example.com"),
    )
    node.meaning.now = other.meaning.now
    assert verdict(node, question) == "level_too_low"


def test_a_request_id_is_told_once(node: DecisionNode) -> None:
    """Every judgement has one of its own."""
    ids = {node.judge(asked("/public/x"), HAPROXY).request_id for _ in range(500)}
    assert len(ids) == 500


def test_a_renewal_that_nobody_answers_is_an_expired_token(node: DecisionNode, credentials: Credentials) -> None:
    """Said without the control plane, it sends a browser to sign in."""
    cookie = f"Cookie: twogate={credentials.shown['expired'][0]}"
    judged = node.judge(asked("/v1/orders/7?a=b", cookie, "Sec-Fetch-Mode: navigate"), HAPROXY)
    assert isinstance(judged.verdict, Renewal)
    answer = node.answer(judged)
    assert answer.status == 302
    assert dict(answer.fields)["Location"].endswith("/sign-in?return_to=%2Fv1%2Forders%2F7%3Fa%3Db")


def test_an_unfinished_judgement_is_no_yes(node: DecisionNode) -> None:
    """Whatever is missing in it reads as a refusal."""
    judged = node.judge(asked("/public/x"), HAPROXY)
    broken = Judged(judged.request_id, judged.in_force, None, None, judged.verdict)
    assert node.answer(broken).status == 400
