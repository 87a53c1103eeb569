"""The control plane behind the gateway: sign-in, OAuth, portal, the edges' feed, and renewals of expired cookies.

Decides which paths are Twogate's own and what the control plane hears about a caller. The gateway vouches for
``X-Twogate-*``; inbound ones were deleted at the door.
"""

from twogate.rules.haproxy.document import Line, Section, Word, say, section
from twogate.rules.haproxy.emit import backends, certificates
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import CONTROL, RENEWAL, Plan
from twogate.rules.policy.evaluate import CONTROL_PREFIX, WELL_KNOWN
from twogate.terms.reasons import Reason

RENEW_PATH = f"/{CONTROL_PREFIX}/renew"
"""Internal: reached only through an expired cookie, never by a caller's own path."""

_LONG_POLL = 75
_RENEWAL = 3  # somebody's own request waits behind it


def paths(plan: Plan) -> tuple[Line, ...]:
    """Send our own paths to the control plane, whatever the rules say."""
    own = f"http-request set-var(txn.rule) str({CONTROL}||{CONTROL}) if"
    dotted = "odd"  # a path that begins with a dot is
    return (
        say(own, dotted, f"{{ var(txn.path) -m beg /{CONTROL_PREFIX}/ }}"),
        say(own, dotted, f"{{ var(txn.path) -m str /{CONTROL_PREFIX}", *sorted(WELL_KNOWN), "}"),
        say(refuse(Reason.NO_RULE), "if", dotted, f"{{ var(txn.path) -m str {RENEW_PATH} {RENEW_PATH}/ }}", PASSED),
        *(
            (say(f"http-request unset-var(txn.shadow) if {{ var(txn.rule) -m beg {CONTROL}| }}"),)
            if plan.shadows
            else ()
        ),
    )


def sections(plan: Plan) -> tuple[Section, ...]:
    """Two backends to the same socket: plain, and with the path of a renewal."""
    renewal = (
        say("http-request set-header X-Twogate-Original-Uri %[pathq]"),
        say(f"http-request set-uri {RENEW_PATH}"),
    )
    return (_backend(plan, CONTROL, (), patience=_LONG_POLL), _backend(plan, RENEWAL, renewal, patience=_RENEWAL))


def _backend(plan: Plan, name: str, first: tuple[Line, ...], *, patience: int) -> Section:
    socket = plan.site.control_socket
    return section(
        f"backend {name}",
        *first,
        say("http-request set-header X-Twogate-Address %[var(txn.src)]"),
        say("http-request set-header X-Twogate-Request-Id %[var(txn.rid)]"),
        *certificates.told_control(plan),
        *backends.forwarded(plan),
        *backends.errors(Reason.CONTROL_UNAVAILABLE),
        say("retries 1"),
        say(f"timeout server {patience}s"),
        say("server control", Word(f"unix@{socket}" if socket.startswith("/") else socket)),
    )
