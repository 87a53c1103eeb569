"""The compiled gateway and ``rules.policy.evaluate`` give the same verdict, for the same reason, 10,000 times.

Random policies are compiled and run by the real binary; random requests go over raw sockets from several source
addresses. For each the gateway's verdict is read from its answer, its access log, and from what the upstream heard.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256, shake_256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, assert_never

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from suites.agreement.credentials import VERIFICATION, Credentials
from suites.agreement.drafts import APP, ASNS, BLOCKED_BY_FEED, BYTES, COUNTRIES, Shot, policy_texts, shoot
from suites.agreement.wire import Response, Wire
from suites.gateway.rig import Gateway, Heard, running, send, wait_for
from tests.rules.policy.drafts import toml

from twogate.rules.haproxy import maps
from twogate.rules.policy.decision import Allowed, Denied, ForControlPlane, Preflight, Renewal, Verdict
from twogate.rules.policy.dialect import Dialect, dialect
from twogate.rules.policy.evaluate import evaluate
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.rules.policy.refusal import SIGN_IN, STEP_UP
from twogate.rules.policy.request import QuotaKey, Usage
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason

CASES = 10_000
POLICIES = 44
SHOTS = 260
NOBODYS = "ca.pem"  # of the listener with TLS, which these gateways do not have: nobody shows a certificate
UNREADABLE = frozenset({Reason.PATH_AMBIGUOUS, Reason.HOST_MISMATCH, Reason.REQUEST_MALFORMED, Reason.METHOD_REFUSED})
"""HAProxy's own parser refuses some of these before any rule of ours sees them: 400, without our reason."""


@dataclass
class Range:
    """One gateway under fire: what was shot, and what differed."""

    gateway: Gateway
    matcher: Matcher
    wire: Wire
    spent: dict[QuotaKey, int] = field(default_factory=dict)
    waiting: list[tuple[Shot, Verdict, str]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)

    def fire(self, shot: Shot) -> None:
        """Ask both and compare what can be seen at once."""
        for server in (self.gateway.upstream, self.gateway.control):
            server.heard.clear()
        now = Instant.from_seconds(int(time.time()))  # noqa: TID251  # the real gateway reads the real clock
        verdict = evaluate(self.matcher, shot.facts, shot.identity, now=now, usage=Usage(self.spent))
        self.tally[verdict.reason.value if isinstance(verdict, Denied) else type(verdict).__name__] += 1
        response = self.wire.ask(str(shot.facts.address), shot.wire, head=shot.facts.method == "HEAD")
        for wrong in self._compare(shot, verdict, response):
            self._note(shot, verdict, f"{wrong} (status {response.status}, {response.body[:300]!r})")
        if isinstance(verdict, Allowed):
            for key in verdict.charge:
                self.spent[key] = self.spent.get(key, 0) + 1
        if rid := response.headers.get("x-request-id"):
            self.waiting.append((shot, verdict, rid))

    def read_log(self) -> None:
        """Compare reasons, rules and shadow verdicts as the access log tells them."""
        wanted = {rid for _, _, rid in self.waiting}
        wait_for(lambda: wanted <= {line["rid"] for line in self.gateway.log.lines}, seconds=10)
        lines = {line["rid"]: line for line in self.gateway.log.lines}
        for shot, verdict, rid in self.waiting:
            for wrong in compare_log(verdict, lines[rid]):
                self._note(shot, verdict, f"{wrong} (log {lines[rid]})")

    def _note(self, shot: Shot, verdict: Verdict, text: str) -> None:
        wire = shot.wire.decode("latin-1").replace(shot.token or "\0", f"<{shot.shown}>")
        self.differences.append(f"{text}\n  wire {wire!r}\n  evaluate {verdict}")

    def _compare(self, shot: Shot, verdict: Verdict, response: Response) -> list[str]:
        up, control = self.gateway.upstream.heard, self.gateway.control.heard
        match verdict:
            case Allowed():
                return _passed(shot, verdict, response, up) + _silent(control, "the control plane")
            case Denied():
                return _refused(shot, verdict, response) + _silent(up, "the upstream") + _silent(control, "control")
            case Renewal():
                return _forwarded(control, "/.twogate/renew") + _silent(up, "the upstream")
            case ForControlPlane():
                return _forwarded(control, verdict.path.path) + _silent(up, "the upstream")
            case Preflight():
                return _preflight(verdict, response) + _silent(up, "the upstream")
            case _:
                assert_never(verdict)


def _silent(heard: list[Heard], who: str) -> list[str]:
    return [f"{who} heard {heard[0].line!r}"] if heard else []


def _passed(shot: Shot, verdict: Allowed, response: Response, heard: list[Heard]) -> list[str]:
    if response.status != 200 or len(heard) != 1:
        return [f"evaluate lets it through, the upstream heard {len(heard)} requests"]
    found = heard[0]
    wrong = []
    method, target, _ = found.line.split(" ")
    path, _, query = target.partition("?")
    if (method, path, query) != (shot.facts.method, verdict.path.path, verdict.path.query):
        wrong.append(f"the upstream heard {found.line!r} instead of {verdict.path.target!r}")
    expected = verdict.facts.subject if verdict.facts else None
    if found.header("X-Auth-Subject") != expected:
        wrong.append(f"the upstream was told subject {found.header('X-Auth-Subject')!r}")
    if found.header("X-Forwarded-For") != str(shot.facts.address):
        wrong.append(f"the upstream was told address {found.header('X-Forwarded-For')!r}")
    lies = {"x_auth_subject", "x_forwarded_for", "x-original-url", "x-http-method-override", "forwarded"} & found.names
    wrong += [f"the upstream heard {lie}" for lie in lies]
    if "h2c" in (found.header("Upgrade") or "").lower():
        wrong.append("the upstream was offered HTTP/2 in clear")
    cookie = " ".join(value for name, value in found.headers if name.lower() == "cookie")
    if shot.token and shot.token in cookie:
        wrong.append("our cookie went upstream")
    bearer = " ".join(value for name, value in found.headers if name.lower() == "authorization")
    if verdict.facts and (shot.token in bearer) is not verdict.rule.forward_credential:
        wrong.append(f"the upstream got Authorization {bearer[:20]!r}")
    return wrong


def _refused(shot: Shot, verdict: Denied, response: Response) -> list[str]:
    native = verdict.reason in UNREADABLE and response.status == 400
    curable = verdict.reason in SIGN_IN | STEP_UP
    redirected = dialect(shot.facts) is Dialect.NAVIGATION and curable
    expected = 302 if redirected else verdict.status
    return [] if native or response.status == expected else [f"status {response.status} instead of {expected}"]


def _forwarded(heard: list[Heard], path: str) -> list[str]:
    found = [request.target.partition("?")[0] for request in heard]
    return [] if found == [path] else [f"the control plane heard {found} instead of {path}"]


def _preflight(verdict: Preflight, response: Response) -> list[str]:
    allowed = response.headers.get("access-control-allow-origin", "")
    return [] if (response.status, allowed) == (204, verdict.origin) else [f"a preflight was allowed to {allowed!r}"]


def compare_log(verdict: Verdict, line: dict[str, Any]) -> list[str]:
    """Say where the log tells another story."""
    wrong = []
    why = verdict.reason.value if isinstance(verdict, Denied) else "passed"
    if line["why"] != why:
        wrong.append(f"the gateway's reason is {line['why']} instead of {why}")
    if isinstance(verdict, Allowed) and not line["rule"].endswith(f"|{verdict.rule.name}"):
        wrong.append(f"the gateway's rule is {line['rule']} instead of {verdict.rule.name}")
    shadows = verdict.shadows if isinstance(verdict, Allowed | Denied) else ()
    if shadows:
        told = (line["shadow"].rpartition("|")[2], line["shadow_why"])
        first = (shadows[0].rule, shadows[0].reason.value if shadows[0].reason else "passed")
        if told != first:
            wrong.append(f"the gateway's shadow is {told} instead of {first}")
    return wrong


async def quiet(_heard: Heard, _reader: Any, writer: Any) -> None:
    """Answer without a body, which suits HEAD as well."""
    await send(writer, 200)


def battle(directory: Path, text: str, data: bytes, *, meant: str = "") -> Range:
    """Run one gateway and fire all shots at it; ``meant`` is another policy for ``evaluate``."""
    credentials = Credentials(text.split('"')[1])
    for name, lines in credentials.runtime_maps.items():
        (directory / name).write_text(lines)
    (directory / maps.ADDRESSES).write_text(f"{BLOCKED_BY_FEED}/32 {maps.BLOCKED}\n")
    with running(
        directory, text, start=False, keys=VERIFICATION, countries=COUNTRIES, asns=ASNS, client_ca=NOBODYS
    ) as gateway:
        gateway.upstream.answer = gateway.control.answer = quiet
        gateway.start()
        policy = parse(meant) if meant else gateway.policy
        assert isinstance(policy, Policy)
        field = Range(gateway, Matcher.of(policy), Wire(gateway.port))
        for start in range(0, len(data), BYTES):
            field.fire(shoot(data[start : start + BYTES], gateway.policy, credentials))
        field.read_log()
        field.wire.close()
    return field


@dataclass(frozen=True)
class Volley:
    """Random bytes for many shots, printed short."""

    data: bytes = field(repr=False)


def _plain(**condition: object) -> str:
    """One rule with one condition: where many are drawn together, each is seldom the first to be told."""
    text = toml([{"name": "a", "match": "/**", **condition}], public_url="http://api.example.test", cors=[APP])
    return text.replace("127.0.0.1:9000", "127.0.0.1:{upstream}")


PLAIN = (_plain(max_age="5m"), _plain(scopes=["admin"]), _plain(asn=["AS64501"]), _plain(quota=["1/day"]))
"""Always among the policies."""

COMMON = frozenset(
    {
        *(reason.value for reason in (*SIGN_IN, *STEP_UP)),
        *("path_ambiguous", "method_refused", "host_mismatch", "request_malformed", "address_blocked", "no_rule"),
        *("credentials_multiple", "cross_site", "subject_blocked", "person_required", "scope_insufficient"),
        *(
            "certificate_missing",
            "network_refused",
            "country_refused",
            "asn_refused",
            "outside_hours",
            "quota_exceeded",
        ),
        *("Allowed", "Renewal", "Preflight", "ForControlPlane"),
    },
)
"""Everything that can be said of a request: the shots must have met all of it, or they prove little."""


@pytest.mark.timeout(300)
def test_gateway_and_evaluate_agree_on_ten_thousand_random_cases() -> None:
    """Same verdict, same reason, same rule, same shadow verdict, and the upstream hears the path that was matched."""
    tally: Counter[str] = Counter()

    @settings(
        max_examples=POLICIES,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(text=policy_texts(), volley=st.binary(min_size=SHOTS * BYTES, max_size=SHOTS * BYTES).map(Volley))
    def fight(text: str, volley: Volley) -> None:
        with TemporaryDirectory(prefix="agree") as directory:
            found = battle(Path(directory), text, volley.data)
        tally.update(found.tally)
        told = "\n".join(found.differences[:8])
        assert not found.differences, f"{len(found.differences)} differences\n{text}\n{told}"

    for text in PLAIN:
        fight = example(text=text, volley=Volley(shake_256(text.encode()).digest(SHOTS * BYTES)))(fight)
    fight()
    print(dict(tally))
    assert tally.total() >= CASES
    assert set(tally) >= COMMON


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ({"match": "/a"}, {"require": "aal2"}),
        ({"match": "/a"}, {"max_age": "5m"}),
        ({"match": "/a"}, {"scopes": ["read"]}),
        ({"match": "/a"}, {"client_certificate": True}),
        ({"match": "/a"}, {"countries": ["FR"]}),
        ({"match": "/a"}, {"asn": ["AS64501"]}),
        ({"match": "/a"}, {"match": "POST /a"}),
        ({"match": "/a"}, {"name": "another"}),
    ],
)
def test_a_planted_difference_is_noticed(tmp_path: Path, rule: dict[str, Any], changed: dict[str, Any]) -> None:
    """A gateway that runs another policy than the one that was meant does not agree."""
    top = {"public_url": "http://api.example.test"}
    text = toml([{"name": "a", **rule}], **top)
    meant = toml([{"name": "a", **rule, **changed}], **top)
    data = b"".join(sha256(bytes([number])).digest()[:BYTES] for number in range(120))
    found = battle(tmp_path, text.replace("127.0.0.1:9000", "127.0.0.1:{upstream}"), data, meant=meant)
    assert found.differences
