"""Backends: one for each requirement class, with its checks and its way to the upstream.

Decides what the upstream hears (``X-Auth-*``, ``X-Forwarded-*``), what it never hears (our credential), and what it
cannot say (our cookies). The checks are ``requirement``; what the control plane hears is ``control``.
"""

from twogate.rules.assurance.level import Level
from twogate.rules.haproxy.cookies import IN_COOKIE
from twogate.rules.haproxy.document import Comment, Directive, Line, Section, Word, say, section
from twogate.rules.haproxy.emit import (
    certificates,
    dialects,
    quota,
    refusals,
    requirement,
    set_cookie,
    trailers,
    verdict,
)
from twogate.rules.haproxy.emit.facts import HOLDER, fact
from twogate.rules.haproxy.plan import Plan, RequirementClass
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.rules.policy.model import Upstream
from twogate.terms.reasons import Reason

LEVELS = "levels.map"


def classes(plan: Plan) -> tuple[Section, ...]:
    """One backend for each class in force, and its twin for bodies of unknown length."""
    return tuple(part for found in plan.distinct for part in _with_twin(_backend(plan, found)))


def _with_twin(plain: Section) -> tuple[Section, Section]:
    head = Directive((*plain.head.words[:-1], f"{plain.head.words[-1]}{trailers.TWIN}"))
    return plain, Section(head, (trailers.refuse(), *plain.lines))


def _backend(plan: Plan, found: RequirementClass) -> Section:
    upstream = plan.upstreams[found.upstream]
    reasons = requirement.reasons(found.require)
    return section(
        f"backend {found.backend}",
        verdict.acl(),
        *requirement.checks(found),
        Comment("what the upstream hears"),
        *(identity() if found.guarded else ()),
        *certificates.told_upstream(found.require),
        *_credential(found),
        *forwarded(plan),
        *((say("http-request set-header Host", Word(upstream.host)),) if upstream.host else ()),
        *_refusals(plan, found, reasons),
        *quota.headers(found),
        *set_cookie.filtered(),
        *errors(Reason.UPSTREAM_UNREACHABLE),
        say(f"timeout server {upstream.timeout}s"),
        server(plan, upstream),
    )


def _refusals(plan: Plan, found: RequirementClass, reasons: frozenset[Reason]) -> tuple[Line, ...]:
    if not reasons:
        return ()
    return (
        say("http-request allow if", verdict.PASSED),
        Comment("refused: everything below is off the common path"),
        *quota.retry(found),
        *refusals.spoken(plan, reasons, found),
        say("http-request deny deny_status 403"),  # no reason goes unanswered; closed if one did
    )


def identity() -> tuple[Line, ...]:
    """``X-Auth-*``; the caller's own were deleted at the door, so adding is enough."""
    return (
        say(f"http-request add-header X-Auth-Subject %[var({HOLDER})]"),
        say("http-request add-header X-Auth-Level", Word(f"%[{fact('rank')},map_str({LEVELS})]")),
        say("http-request add-header X-Auth-Methods", Word(f"%[{fact('amr')},url_dec(1)]")),
        say("http-request add-header X-Auth-Time", Word(f"%[{fact('auth_time')},add(0)]")),
        say("http-request add-header X-Auth-Client", Word(f"%[{fact('client')}]")),
        say("http-request add-header X-Auth-Scope", Word(f"%[{fact('scope')},ltrim( ),rtrim( )]")),
    )


def _credential(found: RequirementClass) -> tuple[Line, ...]:
    """Our cookies never go upstream; the token only where the rule says so.

    Only when the request passes: the dialect of a refusal asks whether the caller sent an Authorization header.
    """
    strip = f"%[req.fhdr(cookie),regsub('{IN_COOKIE}','',g),ltrim(; )]"
    lines: list[Line] = [
        say("acl special var(req.special) -m found"),
        say("http-request set-header Cookie", Word(strip), "if special { req.fhdr(cookie) -m sub twogate }"),
        say("http-request del-header Cookie if special { req.fhdr(cookie) -m len 0 }"),
    ]
    if not found.guarded:
        return tuple(lines)
    by_cookie = "{ var(req.cookie) -m found }"  # then an Authorization header is of another scheme, the upstream's own
    if found.forward_credential:
        bearer = Word("Bearer %[var(req.token)]")
        return (*lines, say("http-request set-header Authorization", bearer, "if", verdict.PASSED, by_cookie))
    return (*lines, say("http-request del-header Authorization if", verdict.PASSED, f"!{by_cookie}"))


def forwarded(plan: Plan) -> tuple[Line, ...]:
    """Who called, as we saw it; inbound spellings were deleted at the door."""
    return (
        say("http-request add-header X-Request-Id %[var(txn.rid)]"),
        say("http-request add-header X-Forwarded-For %[var(txn.src)]"),
        say(f"http-request add-header X-Forwarded-Proto {plan.scheme}"),
        say("http-request add-header X-Forwarded-Host", Word(plan.authority)),
    )


def errors(reason: Reason) -> tuple[Line, ...]:
    """Problem documents for what HAProxy itself finds out about a server."""
    if reason is Reason.CONTROL_UNAVAILABLE:
        retry = "hdr Retry-After 5 hdr Cache-Control no-store"
        files = dict.fromkeys((502, 503, 504), dialects.CONTROL_PROBLEM)
        return tuple(_error(status, name, retry) for status, name in files.items())
    return tuple(
        _error(status, dialects.error_file(status), "hdr Cache-Control no-store") for status in (502, 503, 504)
    )


def _error(status: int, name: str, more: str) -> Line:
    return say(f"http-error status {status} content-type", Word(dialects.JSON), f"lf-file {name}", more)


def server(plan: Plan, upstream: Upstream) -> Line:
    """The server line of an upstream."""
    scheme, _, authority = upstream.url.partition("://")
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdigit():
        host, port = authority, "443" if scheme == "https" else "80"
    address = host.strip("[]") if host.startswith("[") else host
    words: list[str | Word] = ["server upstream", Word(f"{address}:{port}")]
    if scheme == "https":
        ca = upstream.ca_file or plan.site.system_ca
        words += ["ssl verify required ca-file", Word(ca), "sni", Word(f"str({_name(upstream, address)})")]
        words += ["verifyhost", Word(_name(upstream, address)), "alpn http/1.1"]
    elif scheme != "http":
        raise GatewayRefusedError(f"upstream {upstream.name}: {scheme} is neither http nor https")
    return say(*words, "pool-purge-delay 4s init-addr last,libc,none")


def _name(upstream: Upstream, address: str) -> str:
    """The name that the upstream's certificate must carry."""
    name = upstream.host or address
    plain, colon, port = name.rpartition(":")
    return plain if colon and port.isdigit() and not name.startswith("[") else name


def levels_map() -> str:
    """Return ``levels.map``: rank to ``acr``."""
    return "".join(f"{int(level)} {level.acr}\n" for level in Level)
