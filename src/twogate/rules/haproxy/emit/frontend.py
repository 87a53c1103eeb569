"""The public door: listeners, and the order in which a request is judged.

Decides that order, which is the one of ``rules.policy.evaluate``: the request itself, the address, our own paths,
preflights, the rule, the credential; then ``use_backend`` into the requirement class, or to the refusals. Whatever is
undecided is refused: the default backend says no.
"""

from twogate.rules.haproxy.document import Line, Section, Word, say, section
from twogate.rules.haproxy.emit import (
    access_log,
    certificates,
    control,
    cors,
    credentials,
    lookup,
    request,
    trailers,
    usual,
    verdict,
)
from twogate.rules.haproxy.emit.verdict import PASSED, refuse
from twogate.rules.haproxy.plan import REFUSED, Plan
from twogate.rules.haproxy.routes import NO_RULE, Tables
from twogate.rules.haproxy.site import GatewayRefusedError
from twogate.terms.reasons import Reason

_HSTS = "max-age=31536000"


def frontends(plan: Plan, tables: Tables) -> tuple[Section, ...]:
    """The door, and a plain-http one that only points to it where both are wanted."""
    site = plan.site
    if not site.http_bind and not site.https_bind:
        raise GatewayRefusedError("the gateway listens nowhere: set an http or an https address")
    redirecting = bool(plan.secure and site.https_bind and site.http_bind)
    binds = [_tls(plan)] if site.https_bind else []
    if site.http_bind and not redirecting:
        binds.append(say("bind", Word(site.http_bind)))
    door = section("frontend public", *binds, *access_log.lines(plan), *_judge(plan, tables), *_answers(plan))
    return (door, _redirect(plan)) if redirecting else (door,)


def _tls(plan: Plan) -> Line:
    if not plan.site.certificate:
        raise GatewayRefusedError("a TLS listener needs a certificate")
    asking = certificates.listener(plan.site)
    return say("bind", Word(plan.site.https_bind), "ssl crt", Word(plan.site.certificate), *asking, "alpn h2,http/1.1")


def _redirect(plan: Plan) -> Section:
    where = plan.policy.public_url.replace("%", "%%") + "%[pathq]"
    return section(
        "frontend plain",
        say("bind", Word(plan.site.http_bind)),
        say("http-request return status 308 hdr Location", Word(where), "hdr Cache-Control no-store"),
    )


def _judge(plan: Plan, tables: Tables) -> tuple[Line, ...]:
    return (
        verdict.acl(),
        *request.begin(),
        *request.framing(),
        request.our_host(plan),
        *credentials.definitions(plan),
        *usual.lines(plan, tables),
        *request.old_framing(),
        *request.path(plan),
        *request.headers(),
        *request.method_and_host(),
        *request.address(plan),
        *lookup.rule(plan, tables),
        *control.paths(plan),
        *cors.origin(plan),
        say(refuse(Reason.NO_RULE), f"if {{ var(txn.rule) -m beg -- {NO_RULE} }}", PASSED),
        *credentials.credentials(plan),
        *trailers.use_twin(),
        say("use_backend %[var(txn.rule),field(1,|)] if", PASSED),
        say(f"default_backend {REFUSED}"),
    )


def _answers(plan: Plan) -> tuple[Line, ...]:
    """Headers on every answer, our own refusals included."""
    lines: list[Line] = [say("http-after-response set-header X-Request-Id %[var(txn.rid)]")]
    if plan.secure:
        lines.append(say("http-after-response set-header Strict-Transport-Security", Word(_HSTS)))
    return (*lines, *cors.answers(plan))
