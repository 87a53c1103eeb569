"""The process: limits, TLS defaults, timeouts, and what survives a reload.

Decides the global and defaults sections (HAProxy configuration manual, sections 3 and 4) and TLS versions (RFC 9325
section 3.1.1: nothing below TLS 1.2).
"""

from twogate.rules.haproxy.document import Line, Section, Word, say, section
from twogate.rules.haproxy.emit import access_log, dialects, dpop, quota, set_cookie, trailers
from twogate.rules.haproxy.plan import Plan

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
LOCAL_PEER = "gateway"
_CLIENT_SILENCE = 75


def process(plan: Plan) -> Section:
    """The global section."""
    site = plan.site
    lines: list[Line] = [
        say("default-path config"),
        say("expose-experimental-directives"),  # normalize-uri
        say(f"maxconn {site.maxconn}"),
        say(f"localpeer {LOCAL_PEER}"),
        say(f"tune.bufsize {site.buffer_size}"),
        say("tune.pattern.cache-size 0"),  # its misses cost more than the few short patterns it would save
        say("hard-stop-after 1h"),
        trailers.load(),
        set_cookie.load(),
        *dpop.load(plan),
        *access_log.target(plan),
    ]
    if site.threads:
        lines.append(say(f"nbthread {site.threads}"))
    if site.admin_socket:
        lines.append(say("stats socket", Word(f"unix@{site.admin_socket}"), "mode 600 level admin"))
    if site.https_bind:
        lines += [
            say("ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets"),
            say(f"ssl-default-bind-ciphers {CIPHERS}"),
        ]
    return section("global", *lines)


def defaults(plan: Plan) -> Section:
    """Timeouts: short where somebody could hold a connection for nothing, long where silence is normal."""
    slowest = max((upstream.timeout for upstream in plan.policy.upstreams), default=0)
    errors = (
        say(f"http-error status {status} content-type", Word(dialects.JSON), f"lf-file {dialects.error_file(status)}")
        for status in (400, 408, 413)
    )
    return section(
        "defaults",
        say("mode http"),
        say("option idle-close-on-response"),  # a reload ends a kept-alive connection only after its next answer
        say("timeout connect 3s"),
        say("timeout http-request 10s"),
        say("timeout http-keep-alive 60s"),
        say(f"timeout client {max(slowest, _CLIENT_SILENCE)}s"),
        say(f"timeout server {_CLIENT_SILENCE}s"),
        say("timeout client-fin 10s"),
        say("timeout tunnel 1h"),
        say("timeout queue 5s"),
        say("retries 1"),
        *errors,
    )


def peers(plan: Plan) -> tuple[Section, ...]:
    """A process speaks to its successor over this address, so that counters survive a reload.

    They do once the worker has run for some five seconds: HAProxy connects to its local peer only then, so a reload
    before that begins at zero.
    """
    if not plan.site.peer:
        return ()
    return (section(f"peers {quota.PEERS}", say(f"peer {LOCAL_PEER}", Word(plan.site.peer))),)
