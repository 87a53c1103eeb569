"""In which language a refusal is spoken, and the texts of each.

Decides ``txn.dialect`` from Fetch Metadata (the compiled twin of ``rules.policy.dialect``) and the bodies:
problem+json (RFC 9457) for programs and scripts, a small page for a browser's address bar.
"""

import json
from http import HTTPStatus

from twogate.rules.haproxy import maps
from twogate.rules.haproxy.document import Line, Word, format_text, say
from twogate.rules.haproxy.plan import Plan
from twogate.rules.policy.refusal import STATUS
from twogate.terms.reasons import SENTENCE, Reason

JSON = "application/problem+json"
HTML = "text/html; charset=utf-8"
NAVIGATION = "navigation"
SCRIPT = "script"


def choose() -> tuple[Line, ...]:
    """Set ``txn.dialect``."""
    mode = "req.fhdr(sec-fetch-mode)"
    program = "!{ req.fhdr(authorization) -m found }"
    script = "http-request set-var(txn.dialect) str(script)"
    page = f"http-request set-var(txn.dialect) str({NAVIGATION}) if"
    return (
        say("http-request set-var(txn.dialect) str(program)"),
        say(script, "if { req.fhdr(origin) -m found } || { req.fhdr(x-requested-with) -m found }"),
        say(script, f"if {{ {mode} -m str cors same-origin no-cors }}"),
        say(page, program, f"{{ {mode} -m str navigate }}"),
        say(page, program, f"!{{ {mode} -m len gt 0 }} {{ req.fhdr(accept) -m sub -i text/html }}"),
        say(f"acl navigation var(txn.dialect) -m str {NAVIGATION}"),
        say(f"acl script var(txn.dialect) -m str {SCRIPT}"),
    )


def sentences_map() -> str:
    """Return ``sentences.map``: what ``detail`` says for each reason."""
    return "".join(f"{reason.value} {_escaped(SENTENCE[reason])}\n" for reason in Reason if reason in STATUS)


def replies(plan: Plan) -> dict[str, str]:
    """Return every reply body: for each status one in JSON and one as a page, and two that say where to go."""
    files: dict[str, str] = {}
    for status in sorted(set(STATUS.values())):
        files[problem_file(status)] = problem(status)
        files[page_file(status)] = page(status)
    for status, reason in ERROR_REASON.items():
        detail = format_text(_escaped(SENTENCE[reason]))
        files[error_file(status)] = problem(status, reason=reason.value, detail=detail)
    pages = format_text(plan.policy.issuer)
    control = Reason.CONTROL_UNAVAILABLE
    files[CONTROL_PROBLEM] = problem(503, reason=control.value, detail=format_text(SENTENCE[control]))
    files[SIGN_IN_PROBLEM] = problem(401, more=f',"sign_in_url":"{pages}/sign-in"')
    return files


ERROR_REASON = {
    400: Reason.REQUEST_MALFORMED,
    408: Reason.REQUEST_MALFORMED,
    413: Reason.REQUEST_MALFORMED,
    502: Reason.UPSTREAM_UNREACHABLE,
    503: Reason.UPSTREAM_UNREACHABLE,
    504: Reason.UPSTREAM_UNREACHABLE,
}
"""Errors that HAProxy itself finds, before or after any refusal of ours."""

DETAIL = f"%[var(txn.why),map_str({maps.SENTENCES})]"
CONTROL_PROBLEM = f"{maps.REPLIES}/control-503.json"
SIGN_IN_PROBLEM = f"{maps.REPLIES}/sign-in.json"


def problem_file(status: int) -> str:
    """Return the file of the problem document for refusals of ours with this status."""
    return f"{maps.REPLIES}/{status}.json"


def error_file(status: int) -> str:
    """Return the file of the problem document for an error that HAProxy itself finds."""
    return f"{maps.REPLIES}/error-{status}.json"


def page_file(status: int) -> str:
    """Return the file of a status's page."""
    return f"{maps.REPLIES}/{status}.html"


def problem(status: int, *, reason: str = "%[var(txn.why)]", detail: str = DETAIL, more: str = "") -> str:
    """Return a problem document as a log-format string; ``more`` is further members, comma first."""
    title = HTTPStatus(status).phrase
    return (
        f'{{"type":"about:blank","title":"{title}","status":{status},"detail":"{detail}",'
        f'"reason":"{reason}","request_id":"%[var(txn.rid)]"{more}}}\n'
    )


def page(status: int, *, detail: str = DETAIL) -> str:
    """Return a page without script, style sheet or image."""
    title = HTTPStatus(status).phrase
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{detail}</p><p>Request %[var(txn.rid)]</p></body></html>\n"
    )


def reply(status: int, name: str, *, page_too: bool = False) -> tuple[str | Word, ...]:
    """Return the words of a reply from a file."""
    kind = HTML if page_too else JSON
    return (f"status {status} content-type", Word(kind), f"lf-file {name}")


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]
