"""Cross-origin reads (WHATWG Fetch section 3.2): who may read answers in a browser.

Decides preflights, which the gateway answers itself and never forwards, and the headers on answers to the origins
that the policy names.
"""

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Line, Word, say
from twogate.rules.haproxy.emit.verdict import PASSED
from twogate.rules.haproxy.plan import CONTROL, Plan

EXPOSED = "WWW-Authenticate, X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, DPoP-Nonce"
_MAX_AGE = 600


def origin(plan: Plan) -> tuple[Line, ...]:
    """Remember the origin when the policy names it, and answer preflights."""
    allowed = f"{{ req.fhdr(origin),map_str({maps.ORIGINS}) -m found }}"
    preflight = (
        "special { method OPTIONS } { req.fhdr(origin) -m found } { req.fhdr(access-control-request-method) -m found }"
    )
    ours = f"!{{ var(txn.rule) -m beg {CONTROL}| }}"  # the control plane says itself who may read its answers
    remember = say("http-request set-var(txn.origin) req.fhdr(origin) if special", allowed, ours)
    answer = (
        "http-request return status 204",
        "hdr Access-Control-Allow-Methods %[req.fhdr(access-control-request-method)]",
        "hdr Access-Control-Allow-Headers %[req.fhdr(access-control-request-headers)]",
        f"hdr Access-Control-Max-Age {_MAX_AGE}",
    )
    lines: list[Line] = [remember] if plan.policy.cors_origins else []
    if plan.policy.cors_origins:
        lines.append(say(*answer, "if", preflight, "{ var(txn.origin) -m found }", ours, PASSED))
    lines.append(say("http-request return status 204 if", preflight, ours, PASSED))
    return tuple(lines)


def answers(plan: Plan) -> tuple[Line, ...]:
    """Headers on every answer to an origin that the policy names."""
    if not plan.policy.cors_origins:
        return ()
    allowed = "if { var(txn.origin) -m found }"
    return (
        say("http-after-response set-header Access-Control-Allow-Origin %[var(txn.origin)]", allowed),
        say("http-after-response set-header Access-Control-Allow-Credentials true", allowed),
        say("http-after-response set-header Access-Control-Expose-Headers", Word(EXPOSED), allowed),
        say("http-after-response add-header Vary Origin"),
    )


def origins_map(plan: Plan) -> str:
    """Return ``origins.map``."""
    return "".join(f"{text} allowed\n" for text in sorted(plan.policy.cors_origins))
