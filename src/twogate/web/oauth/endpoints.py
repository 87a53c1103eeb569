"""Token, revocation, introspection and userinfo endpoints, and the key set.

Decides only how each errand's answer is written; RFC 6749 section 3.2, RFC 7009, RFC 7662, OpenID Connect Core 5.3,
RFC 7517 section 5.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.protocols.jose.es256 import ALGORITHM
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6750_bearer import credential
from twogate.services.access_tokens import AccessTokens
from twogate.services.introspect import Introspect
from twogate.services.token_endpoint import TokenEndpoint
from twogate.services.token_revocation import Revoke
from twogate.services.userinfo import UserInfo
from twogate.web.dependencies import Dependencies
from twogate.web.oauth.answers import answer, refusal, tokens
from twogate.web.oauth.authorize import Handler
from twogate.web.oauth.cross_origin import EVERYBODY, preflight, readable
from twogate.web.oauth.reading import read_body, read_client_request, who_calls

KEY_SET_SECONDS = 300  # how long a key set may be kept; new keys are published 600 seconds before they sign


def token_route(deps: Dependencies, errand: TokenEndpoint) -> Handler:
    """Return the handler of the token endpoint."""

    async def token(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, deps.front)
        headers = readable(request, deps.front)
        read = await read_client_request(request)
        issued = read if isinstance(read, OAuthRefusal) else await errand.answer(*read)
        if isinstance(issued, OAuthRefusal):
            return refusal(request, issued, headers)
        return tokens(issued, headers)

    return token


def revoke_route(deps: Dependencies, errand: Revoke) -> Handler:
    """Return the handler of the revocation endpoint."""

    async def revoke(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, deps.front)
        headers = readable(request, deps.front)
        read = await read_client_request(request)
        revoked = read if isinstance(read, OAuthRefusal) else await errand.answer(*read)
        if isinstance(revoked, OAuthRefusal):
            return refusal(request, revoked, headers)
        return answer({"in_force": not revoked.lagging, "lagging": list(revoked.lagging)}, headers)

    return revoke


def introspect_route(errand: Introspect) -> Handler:
    """Return the handler of the introspection endpoint."""

    async def introspect(request: Request) -> Response:
        read = await read_client_request(request)
        told = read if isinstance(read, OAuthRefusal) else await errand.answer(*read)
        return refusal(request, told) if isinstance(told, OAuthRefusal) else answer(told)

    return introspect


def userinfo_route(deps: Dependencies, errand: UserInfo) -> Handler:
    """Return the handler of the userinfo endpoint."""

    async def userinfo(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, deps.front)
        headers = readable(request, deps.front)
        has_form = request.method == "POST" and "content-type" in request.headers
        form = await read_body(request) if has_form else Parameters()
        if isinstance(form, OAuthRefusal):
            return refusal(request, form, headers)
        token = credential.read(request.headers.getlist("authorization"), form)
        if isinstance(token, OAuthRefusal):
            return refusal(request, token, headers)
        caller = who_calls(request)
        told = caller if isinstance(caller, OAuthRefusal) else await errand.answer(token, caller)
        return refusal(request, told, headers) if isinstance(told, OAuthRefusal) else answer(told, headers)

    return userinfo


def keys_route(access_tokens: AccessTokens) -> Handler:
    """Return the handler of the key set."""

    async def keys(_request: Request) -> Response:
        live = await access_tokens.verification_keys()
        published = [
            key.as_dict(private=False) | {"kid": kid, "use": "sig", "alg": ALGORITHM} for kid, key in live.items()
        ]
        headers = EVERYBODY | {"cache-control": f"public, max-age={KEY_SET_SECONDS}"}
        return JSONResponse({"keys": published}, headers=headers)

    return keys
