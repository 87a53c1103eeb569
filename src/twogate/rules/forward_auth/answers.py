"""Answers: what a proxy is told to pass on, and what a caller hears who is refused.

Decides statuses, fields and bodies of a decision: the same dialects, challenges (RFC 6750 section 3, RFC 9470 section
3, RFC 9728 section 5.1) and problem documents (RFC 9457) as the gateway's, written out instead of compiled. Which
verdict it is stands in ``rules.policy.evaluate``.
"""

import json
from html import escape
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from twogate.rules.assurance.level import Level
from twogate.rules.forward_auth.reading import Read
from twogate.rules.haproxy.emit.cors import EXPOSED
from twogate.rules.haproxy.emit.dialects import HTML, JSON
from twogate.rules.haproxy.emit.refusals import ALLOW, METADATA
from twogate.rules.policy.decision import Allowed, Denied, Preflight
from twogate.rules.policy.dialect import Dialect, dialect
from twogate.rules.policy.model import Policy
from twogate.rules.policy.refusal import SIGN_IN, STATUS, STEP_UP
from twogate.rules.policy.request import RequestFacts
from twogate.terms.reasons import SENTENCE, Reason

Fields = tuple[tuple[str, str], ...]

TARGET = "X-Twogate-Target"
"""The normal path and query: what a proxy that rewrites sends upstream."""

IDENTITY = ("X-Auth-Subject", "X-Auth-Level", "X-Auth-Methods", "X-Auth-Time", "X-Auth-Client", "X-Auth-Scope")
_SAFE_TO_TRY_AGAIN = 5
_PREFLIGHT_KEPT = "600"
_HSTS = ("Strict-Transport-Security", "max-age=31536000")
_ACR = {level.value: level.acr for level in Level}


class Answer(NamedTuple):
    """One answer to a proxy. ``reason`` is empty where the request passes."""

    status: int
    fields: Fields
    body: bytes = b""
    reason: str = ""


class Asker(NamedTuple):
    """What an answer needs to know beside the verdict."""

    policy: Policy | None  # None: there is none to judge by
    facts: RequestFacts | None  # None: the request could not be read
    request_id: str


def identity(verdict: Allowed) -> Fields:
    """``X-Auth-*`` for the upstream; nothing where no credential was looked at."""
    facts = verdict.facts
    if facts is None:
        return ()
    values = (
        facts.subject,
        _ACR[facts.rank],
        " ".join(facts.amr),
        str(facts.auth_time),
        facts.client,
        " ".join(facts.scope),
    )
    return tuple(zip(IDENTITY, values, strict=True))


def handed_on(verdict: Allowed, read: Read) -> Fields:
    """What is left of the caller's own credentials: never our cookies, a bearer token only where the rule says so."""
    found: list[tuple[str, str]] = []
    if read.cookies:
        found.append(("Cookie", read.cookies))
    if verdict.facts is not None and verdict.rule.forward_credential:
        found.append(("Authorization", f"Bearer {read.token}"))
    elif read.authorization and (verdict.facts is None or read.facts.cookies):
        found.append(("Authorization", read.authorization))
    return tuple(found)


def passed(verdict: Allowed, read: Read, *, request_id: str, more: Fields = ()) -> Answer:
    """Let a request through, and say what goes with it."""
    fields = (
        *identity(verdict),
        *handed_on(verdict, read),
        ("X-Request-Id", request_id),
        (TARGET, verdict.path.target),
        *more,
    )
    return Answer(200, fields)


def preflight(verdict: Preflight, asker: Asker, *, requested: str, headers: str) -> Answer:
    """Answer a CORS preflight (WHATWG Fetch section 3.2.2); it never reaches the upstream."""
    if not verdict.origin:
        return Answer(204, (("X-Request-Id", asker.request_id), ("Vary", "Origin")), reason="preflight")
    allowed = (
        ("Access-Control-Allow-Methods", requested),
        *((("Access-Control-Allow-Headers", headers),) if headers else ()),
        ("Access-Control-Max-Age", _PREFLIGHT_KEPT),
    )
    return Answer(204, (*allowed, *_around(asker)), reason="preflight")


def refused(verdict: Denied, asker: Asker, *, more: Fields = ()) -> Answer:
    """Say no in the caller's dialect."""
    reason = verdict.reason
    navigation = asker.facts is not None and dialect(asker.facts) is Dialect.NAVIGATION
    if navigation and verdict.path is not None and reason in SIGN_IN | STEP_UP:
        return _redirect(verdict, asker)
    if navigation and reason not in SIGN_IN | STEP_UP:
        return _told(reason, asker, kind=HTML, body=_page(reason, asker.request_id), fields=(*_usual(reason), *more))
    members = _members(verdict, asker)
    challenge = _challenge(verdict, asker)
    fields = (*((("WWW-Authenticate", challenge),) if challenge else ()), *_usual(reason), *more)
    return _told(reason, asker, kind=JSON, body=_problem(reason, asker.request_id, members), fields=fields)


def unjudged(reason: Reason, asker: Asker) -> Answer:
    """Say no where there is nothing to judge by, or nothing that could be judged."""
    return refused(Denied(reason, STATUS[reason]), asker)


def absolute(answer: Answer, policy: Policy) -> Answer:
    """Send a browser to our own address: some proxies take a path for one of the process that they asked."""
    fields = tuple(
        (name, policy.public_url + value) if name.lower() == "location" and value.startswith("/") else (name, value)
        for name, value in answer.fields
    )
    return answer._replace(fields=fields)


def _redirect(verdict: Denied, asker: Asker) -> Answer:
    back = "" if verdict.path is None else quote(verdict.path.target, safe="")
    where = f"{_issuer(asker)}/sign-in?return_to={back}"
    if verdict.reason in STEP_UP:
        where = f"{_issuer(asker)}/step-up?{_demand(verdict)}&return_to={back}"
    fields = (("Location", where), ("Cache-Control", "no-store"), *_around(asker))
    return Answer(302, fields, reason=verdict.reason.value)


def _challenge(verdict: Denied, asker: Asker) -> str:
    reason, need = verdict.reason, verdict.need
    if asker.policy is None:
        return ""
    metadata = f'resource_metadata="{asker.policy.public_url}{METADATA}"'
    if reason is Reason.CREDENTIAL_MISSING:
        return f"Bearer {metadata}"
    if reason in SIGN_IN:
        return f'Bearer error="invalid_token", error_description="{SENTENCE[reason]}", {metadata}'
    if reason is Reason.SCOPE_INSUFFICIENT:
        said = f'error="insufficient_scope", error_description="{SENTENCE[reason]}"'
        return f'Bearer {said}, scope="{need.scope}", {metadata}'
    if reason in STEP_UP:
        said = f'error="insufficient_user_authentication", error_description="{SENTENCE[reason]}"'
        age = "" if need.max_age is None else f", max_age={need.max_age}"
        return f'Bearer {said}, acr_values="{need.acr_values}"{age}, {metadata}'
    return ""


def _members(verdict: Denied, asker: Asker) -> dict[str, object]:
    """What a problem document says beyond the usual: where the cure is."""
    if verdict.reason in SIGN_IN:
        return {"sign_in_url": f"{_issuer(asker)}/sign-in"}
    if verdict.reason in STEP_UP:
        need = verdict.need
        found: dict[str, object] = {"acr_values": need.acr_values}
        if need.max_age is not None:
            found["max_age"] = need.max_age
        return found | {"step_up_url": f"{_issuer(asker)}/step-up?{_demand(verdict)}"}
    return {}


def _demand(verdict: Denied) -> str:
    age = "" if verdict.need.max_age is None else f"&max_age={verdict.need.max_age}"
    return f"level={verdict.need.acr_values}{age}"


def _issuer(asker: Asker) -> str:
    return asker.policy.issuer if asker.policy else ""


def _usual(reason: Reason) -> Fields:
    if reason is Reason.METHOD_REFUSED:
        return (("Allow", ALLOW),)
    if reason in {Reason.GATEWAY_STALE, Reason.CONTROL_UNAVAILABLE}:
        return (("Retry-After", str(_SAFE_TO_TRY_AGAIN)),)
    return ()


def _around(asker: Asker) -> Fields:
    """What stands on every answer to a caller, as at the gateway."""
    found: list[tuple[str, str]] = [("X-Request-Id", asker.request_id)]
    policy, facts = asker.policy, asker.facts
    if policy is None:
        return tuple(found)
    if policy.public_url.startswith("https://"):
        found.append(_HSTS)
    if policy.cors_origins:
        found.append(("Vary", "Origin"))
        if facts is not None and facts.origin in policy.cors_origins:
            found.append(("Access-Control-Allow-Origin", facts.origin))
            found.append(("Access-Control-Allow-Credentials", "true"))
            found.append(("Access-Control-Expose-Headers", EXPOSED))
    return tuple(found)


def _told(reason: Reason, asker: Asker, *, kind: str, body: str, fields: Fields) -> Answer:
    all_fields = (("Content-Type", kind), ("Cache-Control", "no-store"), *fields, *_around(asker))
    return Answer(STATUS[reason], all_fields, body.encode(), reason.value)


def _problem(reason: Reason, request_id: str, members: dict[str, object]) -> str:
    status = STATUS[reason]
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": SENTENCE[reason],
        "reason": reason.value,
        "request_id": request_id,
    }
    return json.dumps(body | members) + "\n"


def _page(reason: Reason, request_id: str) -> str:
    """A page without script, style sheet or image."""
    title = HTTPStatus(STATUS[reason]).phrase
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{escape(SENTENCE[reason])}</p><p>Request {request_id}</p></body></html>\n"
    )
