"""Token, revocation, introspection and userinfo endpoints, and the key set.

Decides only how each errand's answer is written; RFC 6749 section 3.2, RFC 7009, RFC 7662, OpenID Connect Core 5.3,
RFC 7517 section 5.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.protocols.jose.es256 import ALGORITHM
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6750_bearer import credential
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Proved
from twogate.services.access_tokens import AccessTokens
from twogate.services.device_grant import DeviceAuthorization, DeviceGrant
from twogate.services.dpop_proofs import DpopProofs
from twogate.services.identity_keys import IdentityKeys
from twogate.services.introspect import Introspect
from twogate.services.pushed_requests import Pushed, PushRequest
from twogate.services.token_endpoint import TokenEndpoint
from twogate.services.token_revocation import Revoke
from twogate.services.userinfo import UserInfo
from twogate.terms.reasons import Reason
from twogate.web.dependencies import Dependencies
from twogate.web.oauth.answers import NO_STORE, answer, refusal, tokens
from twogate.web.oauth.authorize import Handler
from twogate.web.oauth.cross_origin import EVERYBODY, preflight, readable
from twogate.web.oauth.reading import ClientRequest, read_body, read_client_request, read_proof, who_calls

Told = TypeVar("Told")

KEY_SET_SECONDS = 300  # how long a key set may be kept; new keys are published 600 seconds before they sign


def token_route(deps: Dependencies, errand: TokenEndpoint, proofs: DpopProofs) -> Handler:
    """Return the handler of the token endpoint."""
    return _proved(deps, proofs, "token", ask=errand.answer, say=tokens)


def push_route(deps: Dependencies, errand: PushRequest, proofs: DpopProofs) -> Handler:
    """Return the handler of the pushed authorization request endpoint (RFC 9126 section 2.2)."""

    def say(kept: Pushed, headers: Mapping[str, str]) -> Response:
        told = {"request_uri": kept.uri.text(), "expires_in": kept.expires_in}
        return JSONResponse(told, 201, headers={**NO_STORE, **headers})

    return _proved(deps, proofs, "par", ask=errand.answer, say=say)


def device_route(deps: Dependencies, errand: DeviceGrant, proofs: DpopProofs) -> Handler:
    """Return the handler of the device authorization endpoint (RFC 8628 section 3.1).

    No ``verification_uri_complete``: a link that brings the code along could be sent by anybody (section 5.4).
    """

    def say(begun: DeviceAuthorization, headers: Mapping[str, str]) -> Response:
        told = {
            "device_code": begun.device_code.text(),
            "user_code": begun.user_code,
            "verification_uri": f"{deps.access_tokens.issuer}/device",
            "expires_in": begun.expires_in,
            "interval": begun.interval,
        }
        return answer(told, headers)

    return _proved(deps, proofs, "device_authorization", ask=errand.ask, say=say)


def _proved(
    deps: Dependencies,
    proofs: DpopProofs,
    endpoint: str,
    *,
    ask: Callable[..., Awaitable[Told | OAuthRefusal]],
    say: Callable[[Told, Mapping[str, str]], Response],
) -> Handler:
    """Return a handler for clients that prove themselves, and perhaps a key (RFC 9449), and then ask for something."""
    url = f"{deps.access_tokens.issuer}/oauth2/{endpoint}"

    async def handler(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, deps.front)
        headers = readable(request, deps.front)
        read = await _with_proof(request, proofs, url=url)
        told = read if isinstance(read, OAuthRefusal) else await ask(*read[0], proof=read[1])
        return refusal(request, told, headers) if isinstance(told, OAuthRefusal) else say(told, headers)

    return handler


async def _with_proof(
    request: Request, proofs: DpopProofs, *, url: str
) -> tuple[ClientRequest, Proved | None] | OAuthRefusal:
    read = await read_client_request(request)
    if isinstance(read, OAuthRefusal):
        return read
    proof = await read_proof(request, proofs, url=url)
    return proof if isinstance(proof, OAuthRefusal) else (read, proof)


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


def userinfo_route(deps: Dependencies, errand: UserInfo, proofs: DpopProofs) -> Handler:
    """Return the handler of the userinfo endpoint."""

    async def userinfo(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, deps.front)
        headers = readable(request, deps.front)
        has_form = request.method == "POST" and "content-type" in request.headers
        form = await read_body(request) if has_form else Parameters()
        if isinstance(form, OAuthRefusal):
            return refusal(request, form, headers)
        told = await _about(request, form)
        return refusal(request, told, headers) if isinstance(told, OAuthRefusal) else answer(told, headers)

    async def _about(request: Request, form: Parameters) -> dict[str, Any] | OAuthRefusal:
        token = credential.read(request.headers.getlist("authorization"), form)
        if isinstance(token, OAuthRefusal):
            return token
        caller = who_calls(request)
        if isinstance(caller, OAuthRefusal):
            return caller
        if not token.of_key:
            return await errand.answer(token.text, caller)
        proof = await read_proof(request, proofs, url=here, access_token=token.text)
        if proof is None or isinstance(proof, OAuthRefusal):
            return proof or InvalidDpopProof(Reason.DPOP_INVALID)
        used = await proofs.use_up(proof)
        return used or await errand.answer(token.text, replace(caller, key=proof.thumbprint))

    here = f"{deps.access_tokens.issuer}/oauth2/userinfo"
    return userinfo


def keys_route(access_tokens: AccessTokens, others: IdentityKeys) -> Handler:
    """Return the handler of the key set."""

    async def keys(_request: Request) -> Response:
        live = await access_tokens.verification_keys()
        published: list[dict[str, Any]] = [
            key.as_dict(private=False) | {"kid": kid, "use": "sig", "alg": ALGORITHM} for kid, key in live.items()
        ]
        published.extend(key.as_dict() for key in (await others.verification()).values())
        headers = EVERYBODY | {"cache-control": f"public, max-age={KEY_SET_SECONDS}"}
        return JSONResponse({"keys": published}, headers=headers)

    return keys
