"""How OAuth answers look on the wire (RFC 6749 sections 5.1 and 5.2, RFC 6750 section 3).

Decides status, headers and members. The caller gets code, sentence and reason; what only the operator should know
goes to the log under the request id. Nothing here is ever cached.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.protocols.oauth2.first_party_apps.errors import ChallengeDenied, InsufficientAuthorization
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal, TooManyFailures
from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InsufficientScope, InvalidToken
from twogate.rules.protocols.oauth2.rfc9449_dpop import nonce
from twogate.rules.protocols.oauth2.rfc9449_dpop.confirmation import token_type
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof, UseDpopNonce
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import ALGORITHMS
from twogate.services.token_set import TokenSet
from twogate.web.caller import request_id_of

NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
_UNAUTHORIZED, _TOO_MANY = 401, 429
_log = structlog.get_logger("twogate.web.oauth")


def answer(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a good answer."""
    return JSONResponse(dict(body), headers={**NO_STORE, **(headers or {})})


def refusal(request: Request, refused: OAuthRefusal, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error as JSON, and tell the operator the rest."""
    note(request, refused)
    body: dict[str, Any] = {
        "error": refused.code,
        "error_description": refused.description,
        "reason": refused.reason.value,
        "request_id": request_id_of(request),
    }
    status, more = refused.status, dict(headers or {})
    if isinstance(refused, InsufficientAuthorization):
        body |= _challenge(refused)
    if isinstance(refused, InvalidClient):
        more["www-authenticate"] = 'Basic realm="twogate", charset="UTF-8"'
    if isinstance(refused, InvalidToken | InsufficientScope):
        more["www-authenticate"] = f'Bearer error="{refused.code}", error_description="{refused.description}"'
    if isinstance(refused, InvalidDpopProof | UseDpopNonce):
        status, more = _of_proof(request, refused, more)
    if isinstance(refused, InsufficientAuthorization | ChallengeDenied | TooManyFailures):
        wait = refused.retry_after
        if wait is not None:
            status, body["retry_after"], more["retry-after"] = _TOO_MANY, wait, str(wait)
    return JSONResponse(body, status_code=status, headers={**NO_STORE, **more})


def _of_proof(
    request: Request, refused: InvalidDpopProof | UseDpopNonce, headers: dict[str, str]
) -> tuple[int, dict[str, str]]:
    """A nonce where one is needed; at a resource also the challenge (RFC 9449 sections 7.1, 8 and 9)."""
    if isinstance(refused, UseDpopNonce):
        headers = headers | {nonce.HEADER.lower(): refused.nonce}
    if not request.headers.get("authorization", "").lower().startswith("dpop "):
        return refused.status, headers
    algorithms = " ".join(ALGORITHMS)
    said = f'DPoP error="{refused.code}", error_description="{refused.description}", algs="{algorithms}"'
    return _UNAUTHORIZED, headers | {"www-authenticate": said}


def note(request: Request, refused: OAuthRefusal) -> None:
    """Write a refusal down for the operator."""
    _log.info(
        "oauth refused",
        request_id=request_id_of(request),
        path=request.scope["path"],
        error=refused.code,
        reason=refused.reason.value,
        detail=refused.detail or refused.hint,
        section=refused.section,
    )


def tokens(issued: TokenSet, headers: Mapping[str, str]) -> Response:
    """Return the token response (RFC 6749 section 5.1)."""
    body: dict[str, Any] = {
        "access_token": issued.access.token.text(),
        "token_type": token_type(issued.access.facts.binding),
        "expires_in": issued.access.expires_in,
        "scope": " ".join(issued.access.facts.scope),
    }
    if issued.refresh is not None:
        body["refresh_token"] = issued.refresh.text()
    if issued.id_token is not None:
        body["id_token"] = issued.id_token.text()
    return answer(body, headers)


def _challenge(refused: InsufficientAuthorization) -> dict[str, Any]:
    factors = [
        {"factor": one.factor, "title": one.title}
        | ({"recovery": True} if one.recovery else {})
        | ({"question": dict(one.question)} if one.question else {})
        for one in refused.factors
    ]
    session = refused.auth_session
    return {"factors": factors} | ({"auth_session": session.text()} if session else {})
