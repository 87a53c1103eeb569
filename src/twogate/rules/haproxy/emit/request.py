"""The request itself: read in one way only, and stripped of everything that only a gateway may say.

Decides normalisation (RFC 3986 section 6.2.2), what is refused as ambiguous, which inbound headers are deleted, whose
Host is ours (RFC 9112 section 3.2). It is the compiled twin of ``rules.policy.paths``.
"""

import re

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Comment, Line, Word, say
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import Plan
from twogate.rules.haproxy.routes import OTHER
from twogate.rules.policy.paths import AMBIGUOUS_ESCAPES, AMBIGUOUS_RAW, OVERLONG_UTF8
from twogate.terms.reasons import Reason

SPOKEN_BY_US = (
    "^(?:x-(?:auth|twogate|forwarded|original|rewrite)(?:-.*)?"
    "|x-request-id|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|client-ip|forwarded"
    "|x-http-method|x-http-method-override|x-method-override|proxy|front-end-https|x-url-scheme|.*_.*)$"
)
"""Header names (HAProxy holds them in lower case) that a caller must not be able to send on.

Any name with an underscore goes: CGI and WSGI servers cannot tell it from the one with a hyphen. ``Proxy`` becomes
``HTTP_PROXY`` there.
"""

_SUSPECT_NAMES = ("x-", "_", "forwarded", "proxy", "client-ip", "front-end-https")


def begin() -> tuple[Line, ...]:
    """The first lines: nothing is refused yet, the request has a name."""
    return (
        say("http-request set-var(txn.why) str(passed)"),
        say("http-request set-var(txn.path) path"),
        say("http-request set-var(txn.rid) uuid()"),
    )


def path(plan: Plan) -> tuple[Line, ...]:
    """Normalise where there is something to normalise; what can be read in two ways is refused."""
    odd = ("%", "//", "/.", *AMBIGUOUS_RAW)
    escapes = "|".join((*AMBIGUOUS_ESCAPES, *OVERLONG_UTF8, *plan.matcher.refused_escapes))
    doubtful = rf"[{re.escape(AMBIGUOUS_RAW)}]|%25[0-9A-Fa-f]{{2}}|%(?![0-9A-Fa-f]{{2}})|(?i:{escapes})"
    return (
        Comment("one way to read the path: RFC 3986 section 6.2.2"),
        say("acl odd var(req.odd) -m found"),
        say("acl to_normalise var(txn.path) -m sub", *map(Word, odd)),
        say("acl doubtful var(txn.path) -m reg", Word(doubtful)),
        say("http-request set-var(req.odd) int(1) if to_normalise"),
        say(refuse(Reason.PATH_AMBIGUOUS), "if odd doubtful"),
        say(refuse(Reason.PATH_AMBIGUOUS), "unless { var(txn.path) -m beg / }"),
        *_normalise(),
        say("http-request set-var(txn.path) path if odd", PASSED),
    )


def _normalise() -> tuple[Line, ...]:
    """HAProxy's percent normalisers also touch the query, so it is put aside and put back byte for byte."""
    steps = (
        "percent-decode-unreserved strict",
        "percent-to-uppercase strict",
        "path-merge-slashes",
        "path-strip-dot",
        "path-strip-dotdot full",
    )
    return (
        say("http-request set-var(req.odd) int(2) unless { url -m beg / }"),  # absolute form, or HTTP/2
        say("http-request set-var(req.query) query if odd", PASSED),
        say("http-request set-uri %[path] if odd", PASSED),
        *(say(f"http-request normalize-uri {step} if odd", PASSED) for step in steps),
        say("http-request set-query %[var(req.query)] if odd", PASSED, "{ var(req.query) -m len gt 0 }"),
    )


def headers() -> tuple[Line, ...]:
    """Delete what only we may say, and let no ``Connection:`` token take ours away (RFC 9110 section 7.6.1)."""
    return (
        Comment("what only the gateway may say"),
        say("http-request del-header", Word(SPOKEN_BY_US), "-m reg if { req.hdr_names -m sub", *_SUSPECT_NAMES, "}"),
        say("acl upgrade req.fhdr(upgrade) -m found"),
        say("http-request del-header connection unless upgrade"),
        say("http-request set-header Connection Upgrade if upgrade"),
        say(refuse(Reason.REQUEST_MALFORMED), "if upgrade { req.fhdr(upgrade) -m sub -i h2c }"),
    )


def method_and_host(plan: Plan) -> tuple[Line, ...]:
    """Refuse methods that open tunnels or are misspelt, and requests that are meant for another host."""
    other = f"{{ var(req.key) -m beg {OTHER} }}"
    return (
        say(f"http-request set-var(req.key) method,map_str({maps.METHODS},{OTHER}),concat(,txn.path),rtrim(/)"),
        say(refuse(Reason.METHOD_REFUSED), "if", other, "{ method CONNECT TRACE }"),
        say(refuse(Reason.METHOD_REFUSED), "if", other, "!{ method -m reg", Word("^[A-Z][A-Z-]{0,31}$"), "}"),
        say(refuse(Reason.REQUEST_MALFORMED), "if { req.fhdr_cnt(host) gt 1 } || { req.fhdr_cnt(cookie) gt 1 }"),
        say("acl host_is_ours req.fhdr(host) -i -m str", *map(Word, plan.hosts)),
        say("http-request set-var(txn.host) req.fhdr(host) unless host_is_ours"),
        say(refuse(Reason.HOST_MISMATCH), "if", PASSED, "!host_is_ours"),
    )


def address(plan: Plan) -> tuple[Line, ...]:
    """Refuse blocked addresses: the policy's own and those the change feed named."""
    lines: list[Line] = [
        say(refuse(Reason.ADDRESS_BLOCKED), f"if {{ src,map_ip({maps.ADDRESSES}) -m found }}", PASSED),
    ]
    if plan.policy.blocked_networks:
        lines.append(say(refuse(Reason.ADDRESS_BLOCKED), f"if {{ src -f {BLOCKED_NETWORKS} }}", PASSED))
    return tuple(lines)


BLOCKED_NETWORKS = "networks/blocked.lst"
