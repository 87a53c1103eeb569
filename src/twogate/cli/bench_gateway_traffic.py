"""What the gateway bench asks: rules as an API of some size has them, people with tokens, and requests that pass.

Decides the policy, the tokens and the request list, all from numbers, so that every run asks the same. Running it is
left to ``bench_gateway``.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from joserfc.jwk import ECKey

from twogate.rules.assurance.level import Level
from twogate.rules.policy.model import Policy, Quota, Requirement, Rule, Upstream
from twogate.rules.policy.templates import template
from twogate.rules.protocols.jose import es256
from twogate.terms.access import AccessFacts
from twogate.terms.changes import VerificationKey

PUBLIC_URL = "http://bench.example"
KID = "bench"
PEOPLE = 256
REQUESTS = 1024
_LIFETIME = 86_400

_SHAPES = (
    "GET /v1/{s}/{r}",
    "POST /v1/{s}/{r}",
    "GET /v1/{s}/{r}/{{id}}",
    "PATCH /v1/{s}/{r}/{{id}}",
    "DELETE /v1/{s}/{r}/{{id}}",
    "GET /v1/{s}/{r}/{{id}}/items",
    "/v1/{s}/{r}/{{id}}/items/{{item}}",
    "POST /v1/{s}/{r}/{{id}}/cancel",
    "/v1/{s}/{r}/files/**",
    "GET /v2/accounts/{{account}}/{s}/{r}",
)
_QUOTA = (Quota(1_000_000_000, 86_400), Quota(100_000_000, 10))
_REQUIREMENTS = (
    *(Requirement(level=Level.AAL1, quota=_QUOTA),) * 5,
    Requirement(level=Level.AAL2, quota=_QUOTA),
    Requirement(level=Level.AAL2, max_age=28_800, quota=_QUOTA),
    Requirement(level=Level.AAL2, scopes=("orders:write",), quota=_QUOTA),
    Requirement(level=Level.AAL1, scopes=("orders:read",), quota=_QUOTA),
    Requirement(level=Level.NONE),
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of the load."""

    method: str
    path: str
    token: str


def bench_policy(rules: int, upstream_port: int) -> Policy:
    """Make a policy with this many rules of one template each, ten shapes mixed."""
    made = []
    for number in range(rules):
        source = _SHAPES[number % len(_SHAPES)].format(s=f"svc{number // 100}", r=f"res{number // 10}")
        require = _REQUIREMENTS[(number // 3) % len(_REQUIREMENTS)]
        made.append(Rule(f"rule-{number}", (template(source),), require, "api", line=number))
    upstreams = (Upstream("api", f"http://127.0.0.1:{upstream_port}"),)
    return Policy(PUBLIC_URL, upstreams, tuple(made))


def make_key() -> tuple[ECKey, VerificationKey]:
    """Make a signing key."""
    key = ECKey.generate_key("P-256", private=True)
    return key, VerificationKey(KID, key.as_pem(private=False).decode())


def tokens(key: ECKey, now: int) -> list[str]:
    """One token for each person, good for a day."""
    issued = []
    for number in range(PEOPLE):
        facts = AccessFacts(
            subject=f"usr_{_digest('subject', number)[:16]}",
            grant=grant_id(-1 - number),
            rank=int(Level.AAL2),
            auth_time=now - 60,
            expires=now + _LIFETIME,
            not_before=now - 60,
            factors=2,
            audience=PUBLIC_URL,
            client="app",
            amr=("mfa", "otp", "pwd"),
            scope=("orders:read", "orders:write"),
            issued=now,
        )
        claims = {
            "iss": f"{PUBLIC_URL}/.twogate",
            "sub": facts.subject,
            "aud": PUBLIC_URL,
            "exp": facts.expires,
            "iat": now,
            "jti": _digest("jti", number)[:22],
            "client_id": facts.client,
            "scope": " ".join(facts.scope),
            "acr": "aal2",
            "amr": list(facts.amr),
            "auth_time": facts.auth_time,
            "tg": facts.pack(),
        }
        issued.append(es256.sign(claims, typ="at+jwt", kid=KID, key=key).text())
    return issued


def requests(policy: Policy, issued: list[str]) -> Iterator[Ask]:
    """Requests that the policy lets pass, spread over all its rules."""
    step = 7919  # a prime: neighbours in the list are far apart in the policy
    for number in range(REQUESTS):
        rule = policy.rules[number * step % len(policy.rules)]
        found = rule.match[0]
        parts = [
            {"a": segment.text, "d": f"a/b{number % 10}"}.get(segment.kind.value, _digest("id", number)[:12])
            for segment in found.segments
        ]
        method = "GET" if found.method == "*" else found.method
        yield Ask(method, "/" + "/".join(parts), issued[number % len(issued)])


def revoked_grants(count: int) -> str:
    """The text of a grants map with this many revoked ids, none of them in use."""
    return "".join(f"{grant_id(number)} revoked\n" for number in range(count))


def grant_id(number: int) -> str:
    """A grant id of the usual form."""
    return f"gnt_{_digest('grant', number)[:16]}"


def _digest(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()


def wrk_script(asks: list[Ask]) -> str:
    """The load as a wrk script: requests are made once, then sent in turn; the end is told in one line."""
    made = ",\n".join(
        f'wrk.format("{ask.method}","{ask.path}",{{["Authorization"]="Bearer {ask.token}"}})' for ask in asks
    )
    return (
        'wrk.headers["Host"]="bench.example"\nwrk.headers["User-Agent"]="twogate-bench/1"\n'
        'wrk.headers["Accept"]="application/json"\nlocal asks = {}\nlocal turn = 0\n'
        f"function init(args)\nasks = {{\n{made}\n}}\nend\n"
        "function request() turn = turn % #asks + 1 return asks[turn] end\n"
        "function done(summary, latency, _)\n"
        'io.write(string.format("BENCH %d %d %d %d %d %d %d\\n", summary.requests, summary.duration,'
        " summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write"
        " + summary.errors.timeout, latency:percentile(50), latency:percentile(99), latency.mean))\nend\n"
    )
