"""Refusals: what the caller hears, for each reason and dialect.

Decides statuses and headers: RFC 6750 section 3 and RFC 9470 section 3 challenges with RFC 9728 section 5.1 metadata
for programs, the same with a URL for scripts, a redirect for a browser's address bar where signing in helps.
"""

from collections.abc import Iterable

from twogate.rules.assurance.level import Level
from twogate.rules.haproxy.document import Line, Section, Word, format_text, say, section
from twogate.rules.haproxy.emit import dialects, dpop, quota, verdict
from twogate.rules.haproxy.emit.dialects import HTML, JSON
from twogate.rules.haproxy.plan import REFUSED, Plan, RequirementClass
from twogate.rules.policy.refusal import DPOP, SIGN_IN, STATUS, STEP_UP
from twogate.terms.reasons import SENTENCE, Reason

_NO_STORE = "hdr Cache-Control no-store"
METADATA = "/.well-known/oauth-protected-resource"
ALLOW = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def refused(plan: Plan) -> Section:
    """The backend for everything that was refused before a requirement was looked at."""
    before = {reason for reason in STATUS if reason not in STEP_UP} - {Reason.QUOTA_EXCEEDED}
    return section(
        f"backend {REFUSED}",
        verdict.acl(),
        say("http-request set-var(txn.why) str(no_rule) if", verdict.PASSED),  # cannot happen; closed if it does
        *spoken(plan, before),
        say("http-request deny deny_status 403"),
    )


def spoken(plan: Plan, reasons: Iterable[Reason], found: RequirementClass | None = None) -> tuple[Line, ...]:
    """Answer the reasons given; a class adds its own numbers to the challenges."""
    present = set(reasons)
    lines = list(dialects.choose())
    if present & SIGN_IN:
        lines += _sign_in(plan, present & SIGN_IN)
    if found and present & STEP_UP:
        lines += _step_up(plan, found)
    if found and Reason.SCOPE_INSUFFICIENT in present:
        lines += _scope(plan, found)
    lines += dpop.spoken(plan) if present & DPOP else ()
    rest = present - SIGN_IN - STEP_UP - DPOP
    for status in sorted({STATUS[reason] for reason in rest}):
        lines += _plain(status, sorted(reason.value for reason in rest if STATUS[reason] == status), found)
    return tuple(lines)


def _among(reasons: Iterable[Reason]) -> str:
    return f"{{ var(txn.why) -m str {' '.join(sorted(reason.value for reason in reasons))} }}"


def _sign_in(plan: Plan, reasons: set[Reason]) -> list[Line]:
    issuer = format_text(plan.policy.issuer)
    metadata = format_text(plan.policy.public_url + METADATA)
    back = f"{issuer}/sign-in?return_to=%[pathq,url_enc]"
    missing = f'Bearer resource_metadata="{metadata}"'
    invalid = f'Bearer error="invalid_token", error_description="{dialects.DETAIL}", resource_metadata="{metadata}"'
    body = (*dialects.reply(401, dialects.SIGN_IN_PROBLEM), _NO_STORE, "hdr WWW-Authenticate")
    return [
        say("http-request return status 302", _NO_STORE, "hdr Location", Word(back), "if navigation", _among(reasons)),
        say("http-request return", *body, Word(missing), "if", _among({Reason.CREDENTIAL_MISSING})),
        say("http-request return", *body, Word(invalid), "if", _among(reasons - {Reason.CREDENTIAL_MISSING})),
    ]


def _step_up(plan: Plan, found: RequirementClass) -> list[Line]:
    """RFC 9470: what would suffice. A demand from the change feed has an age of its own."""
    lines: list[Line] = []
    require = found.require
    stronger = max(require.level, Level.AAL2)
    lines += _challenge(plan, {Reason.FACTORS_TOO_FEW}, stronger, require.max_age) if require.factors else []
    since = "%[var(req.demanded)]"
    lines += _challenge(plan, {Reason.STEP_UP_DEMANDED}, require.level, since)
    return lines + _challenge(plan, STEP_UP, require.level, require.max_age)


def _challenge(plan: Plan, reasons: Iterable[Reason], level: Level, max_age: int | str | None) -> list[Line]:
    issuer = format_text(plan.policy.issuer)
    metadata = format_text(plan.policy.public_url + METADATA)
    query = f"level={level.acr}" + ("" if max_age is None else f"&max_age={max_age}")
    age = "" if max_age is None else f", max_age={max_age}"
    header = (
        f'Bearer error="insufficient_user_authentication", error_description="{dialects.DETAIL}", '
        f'acr_values="{level.acr}"{age}, resource_metadata="{metadata}"'
    )
    more = f',"acr_values":"{level.acr}"' + ("" if max_age is None else f',"max_age":{max_age}')
    more += f',"step_up_url":"{issuer}/step-up?{query}"'
    back = f"{issuer}/step-up?{query}&return_to=%[pathq,url_enc]"
    when = _among(reasons)
    return [
        say("http-request return status 302", _NO_STORE, "hdr Location", Word(back), "if navigation", when),
        say(
            "http-request return status 401 content-type",
            Word(JSON),
            "lf-string",
            Word(dialects.problem(401, more=more).rstrip()),
            _NO_STORE,
            "hdr WWW-Authenticate",
            Word(header),
            "if",
            when,
        ),
    ]


def _scope(plan: Plan, found: RequirementClass) -> list[Line]:
    metadata = format_text(plan.policy.public_url + METADATA)
    scope = " ".join(found.require.scopes)
    header = (
        f'Bearer error="insufficient_scope", error_description="{SENTENCE[Reason.SCOPE_INSUFFICIENT]}", '
        f'scope="{scope}", resource_metadata="{metadata}"'
    )
    body = dialects.reply(403, dialects.problem_file(403))
    when = _among({Reason.SCOPE_INSUFFICIENT})
    return [say("http-request return", *body, _NO_STORE, "hdr WWW-Authenticate", Word(header), "if !navigation", when)]


def _plain(status: int, reasons: list[str], found: RequirementClass | None) -> list[Line]:
    when = f"{{ var(txn.why) -m str {' '.join(reasons)} }}"
    extra: tuple[str | Word, ...] = (_NO_STORE,)
    if status == STATUS[Reason.METHOD_REFUSED]:
        extra += ("hdr Allow", Word(ALLOW))
    if status == STATUS[Reason.QUOTA_EXCEEDED]:
        extra += ("hdr Retry-After", Word("%[var(txn.retry_after)]"))
        extra += ("hdr RateLimit-Policy", Word(quota.policy(found))) if found else ()
    if status == STATUS[Reason.GATEWAY_STALE]:
        extra += ("hdr Retry-After 5",)
    page = (f"status {status} content-type", Word(HTML), f"lf-file {dialects.page_file(status)}")
    problem = dialects.reply(status, dialects.problem_file(status))
    return [
        say("http-request return", *page, *extra, "if navigation", when),
        say("http-request return", *problem, *extra, "if", when),
    ]
