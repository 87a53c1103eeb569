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
    "^(?:x[-_](?:auth|twogate|forwarded|original|rewrite)(?:[-_].*)?"
    "|x[-_]request[-_]id|x[-_]real[-_]ip|x[-_]client[-_]ip|x[-_]cluster[-_]client[-_]ip|true[-_]client[-_]ip"
    "|client[-_]ip|forwarded|x[-_]http[-_]method(?:[-_]override)?|x[-_]method[-_]override|proxy"
    "|content_length|transfer_encoding|front[-_]end[-_]https|x[-_]url[-_]scheme)$"
)
"""Header names (HAProxy holds them in lower case) that a caller must not be able to send on.

CGI and WSGI servers cannot tell an underscore from a hyphen, so both spellings go; of framing (RFC 9112 section 6) the
one with an underscore, which HAProxy does not obey. ``Proxy`` becomes ``HTTP_PROXY`` there.
"""

SPECIAL = (
    "(?:^|:)(?:x[-_]|cookie|origin|connection|upgrade|forwarded|proxy|(?:true[-_])?client[-_]ip|front[-_]end[-_]https"
    "|transfer[-_]encoding|content_length|host:(?:.*:)?host(?:$|:)|authorization:(?:.*:)?authorization(?:$|:))"
)
"""Over all names of a request, parted by colons: is there one that some later line looks at, or one twice?

Most calls of an API have none. One regular expression then stands for a dozen searches through the headers.
"""

ODD = rf"^[^/]|/[/.]|[%{re.escape(AMBIGUOUS_RAW)}]"
"""Paths that normalisation would change or that could be ambiguous; all of ours begin with a dot, so they are odd."""

KEY = f"method,map_str({maps.METHODS},{OTHER}),concat(,txn.path),rtrim(/)"
"""What the lookups read: method and path."""

LENGTH_DIGITS = 15
"""A longer Content-Length is a lie: HAProxy 2.8 counts modulo 2**64 and hands the text on as it came, so the upstream
would wait for a body that the gateway believes it has sent, and take the next caller's request for it.
"""


def begin() -> tuple[Line, ...]:
    """The first lines: nothing is refused yet; the request has an id that begins with its time, and an address.

    The id is microseconds and a random number, both in hexadecimal: a third of what a UUID costs here.
    """
    return (
        say("http-request set-var(txn.why) str(passed)"),
        say("http-request set-var(txn.path) path"),
        say("http-request set-var(req.draw) rand,hex,bytes(8)"),
        say("http-request set-var(txn.rid) date(0,us),hex,concat(-,req.draw)"),
        say("http-request set-var(txn.src) src,lower"),  # text once; log and upstream read it again
        say("acl special var(req.special) -m found"),
        say("acl special_names req.hdr_names(:) -m reg", Word(SPECIAL)),
        say("http-request set-var(req.special) int(1) if special_names"),
        say("acl odd var(req.odd) -m found"),
        say("http-request set-var(req.odd) int(1) unless { url -m beg / }"),  # absolute form, HTTP/2, no path at all
        say("http-request set-var(req.odd) int(1) if { var(txn.path) -m reg", Word(ODD), "}"),
    )


def framing() -> tuple[Line, ...]:
    """Refuse what HAProxy would pass on with a length that the upstream reads otherwise."""
    return (
        say(refuse(Reason.REQUEST_MALFORMED), f"if {{ req.fhdr(content-length) -m len gt {LENGTH_DIGITS} }}", PASSED),
        say(refuse(Reason.REQUEST_MALFORMED), "if { req.ver -m beg 0 }", PASSED),  # would be answered without a head
    )


def old_framing() -> tuple[Line, ...]:
    """Refuse chunks of an old version; a request that has any is special, so no usual one comes here."""
    return (
        Comment("RFC 9112 section 6.1: framing that an HTTP/1.0 server does not know"),
        say(
            refuse(Reason.REQUEST_MALFORMED),
            "if special { req.ver -m str 1.0 } { req.fhdr(transfer-encoding) -m found }",
            PASSED,
        ),
    )


def path(plan: Plan) -> tuple[Line, ...]:
    """Normalise where there is something to normalise; what can be read in two ways is refused."""
    escapes = "|".join((*AMBIGUOUS_ESCAPES, *OVERLONG_UTF8, *plan.matcher.refused_escapes))
    doubtful = rf"^[^/]|[{re.escape(AMBIGUOUS_RAW)}]|%25[0-9A-Fa-f]{{2}}|%(?![0-9A-Fa-f]{{2}})|(?i:{escapes})"
    return (
        Comment("one way to read the path: RFC 3986 section 6.2.2"),
        say("acl doubtful var(txn.path) -m reg", Word(doubtful)),
        say("acl rooted var(txn.path) -m beg /"),
        say(refuse(Reason.PATH_AMBIGUOUS), "if odd doubtful || odd !rooted"),
        *_normalise(),
        say("http-request set-var(txn.path) path if odd", PASSED),
        say("http-request set-var(txn.path) var(txn.path),json(utf8s) if odd !", PASSED),  # the log takes it as it is
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
        say("http-request set-var(req.query) query if odd", PASSED),
        say("http-request set-uri %[path] if odd", PASSED),
        *(say(f"http-request normalize-uri {step} if odd", PASSED) for step in steps),
        say("http-request set-query %[var(req.query)] if odd", PASSED, "{ var(req.query) -m len gt 0 }"),
    )


def headers() -> tuple[Line, ...]:
    """Delete what only we may say, and let no ``Connection:`` token take ours away (RFC 9110 section 7.6.1)."""
    return (
        Comment("what only the gateway may say"),
        say("http-request del-header", Word(SPOKEN_BY_US), "-m reg if special"),
        say("acl upgrade req.fhdr(upgrade) -m found"),
        say("http-request del-header connection if special !upgrade"),
        say("http-request set-header Connection Upgrade if special upgrade"),
        say(refuse(Reason.REQUEST_MALFORMED), "if special { req.fhdr(upgrade) -m sub -i h2c }"),
    )


def our_host(plan: Plan) -> Line:
    """Name our own authorities."""
    return say("acl host_is_ours req.fhdr(host) -i -m str", *map(Word, plan.hosts))


def method_and_host() -> tuple[Line, ...]:
    """Refuse methods that open tunnels or are misspelt, and requests that are meant for another host."""
    other = f"{{ var(req.key) -m beg {OTHER} }}"
    sound = "^(?!CONNECT$|TRACE$)[A-Z][A-Z-]{0,31}$"
    twice = "{ req.fhdr_cnt(host) gt 1 } || special { req.fhdr_cnt(cookie) gt 1 }"
    return (
        say("http-request set-var(req.key)", Word(KEY)),
        say(refuse(Reason.METHOD_REFUSED), "if", other, "!{ method -m reg", Word(sound), "}"),
        say(refuse(Reason.REQUEST_MALFORMED), "if special", twice),
        say("http-request set-var(txn.host) req.fhdr(host) unless host_is_ours"),
        say(refuse(Reason.HOST_MISMATCH), "if { var(txn.host) -m found }", PASSED),
        say(refuse(Reason.HOST_MISMATCH), "unless { req.fhdr(host) -m found }"),
    )


def address(plan: Plan) -> tuple[Line, ...]:
    """Refuse blocked addresses: the policy's own and those the change feed named."""
    return tuple(say(refuse(Reason.ADDRESS_BLOCKED), "if", condition, PASSED) for condition in blocked(plan))


def blocked(plan: Plan) -> tuple[str, ...]:
    """Conditions, each true of an address that is blocked."""
    found = f"{{ src,map_ip({maps.ADDRESSES}) -m found }}"
    return (found, f"{{ src -f {BLOCKED_NETWORKS} }}") if plan.policy.blocked_networks else (found,)


BLOCKED_NETWORKS = "networks/blocked.lst"
