"""The access log: one JSON object a line for each request, through a ring to a TCP reader.

Decides the fields, which ``explain``, usage and detectors read. No query string, no credential, no body. A value the
gateway does not know is ``"-"``. ``facts`` is ``AccessFacts.pack()`` of the credential, ``rule`` a line of the routes
map (``backend|rule key|rule name``).

=========  ==========================================================================================
t          start, seconds since the epoch with milliseconds
rid        request id, as in ``X-Request-Id`` and in refusals
src        the caller's address
method     HTTP method
path       path as matched, without the query
host       only where it is not ours, else ``"-"``
why        ``passed`` or the reason of the refusal; ``connection`` where no request was read (TLS failed): then
           only t, rid, src, why and end are there
rule       what was matched; ``control||control`` and ``renewal`` are Twogate's own
facts      the credential's standing
shadow     a more specific rule in shadow mode; ``shadow_why`` is what it would have said
status     HTTP status sent
in, out    bytes received and sent, headers included
ms         milliseconds from the first byte to the last; ``ttfb`` until the upstream's headers, -1 = never
ua         User-Agent, at most 256 bytes
dialect    in which a refusal was spoken
end        HAProxy's termination state: ``--`` is a normal end, ``SC`` an upstream that could not be reached
v          policy version
=========  ==========================================================================================
"""

from twogate.rules.haproxy.document import Line, Section, Word, say, section
from twogate.rules.haproxy.plan import Plan

RING = "access"
_MAX_LINE = 8192
_BROKEN = '{"t":%Ts.%ms,"rid":"-","src":"%ci","why":"connection","end":"%[fc_err_str,json(utf8s)]"}'
_RING_SIZE = 33_554_432
_AGENT_LENGTH = 256


def sinks(plan: Plan) -> tuple[Section, ...]:
    """The ring and its reader."""
    sink = plan.site.log_sink
    if not sink:
        return ()
    return (
        section(
            f"ring {RING}",
            say("format raw"),
            say(f"maxlen {_MAX_LINE}"),
            say(f"size {_RING_SIZE}"),
            say("timeout connect 1s"),
            say("timeout server 10s"),
            say("server reader", Word(f"unix@{sink}" if sink.startswith("/") else sink)),
        ),
    )


def target(plan: Plan) -> tuple[Line, ...]:
    """The ``log`` directive of the global section."""
    return (say(f"log ring@{RING} len {_MAX_LINE} format raw local0"),) if plan.site.log_sink else ()


def lines(plan: Plan) -> tuple[Line, ...]:
    """What the frontend says about logging."""
    if not plan.site.log_sink:
        return ()
    shadow = ',"shadow":"%[var(txn.shadow)]","shadow_why":"%[var(txn.shadow_why)]"' if plan.shadows else ""
    fields = (
        '{"t":%Ts.%ms,"rid":"%[var(txn.rid)]","src":"%[var(txn.src)]","method":"%HM","path":"%[var(txn.path)]"'
        ',"host":"%[var(txn.host),json(utf8s)]","why":"%[var(txn.why)]","rule":"%[var(txn.rule)]"'
        ',"facts":"%[var(txn.facts)]"' + shadow + ',"status":%ST,"in":%U,"out":%B,"ms":%Ta,"ttfb":%Tr'
        ',"ua":"%[capture.req.hdr(0),json(utf8s)]","dialect":"%[var(txn.dialect)]","end":"%ts"'
        f',"v":{plan.site.policy_version}}}'
    )
    return (
        say("log global"),
        say("option http-ignore-probes"),
        say(f"capture request header User-Agent len {_AGENT_LENGTH}"),
        say("log-format", Word(fields)),
        say("error-log-format", Word(_BROKEN)),
    )
