"""How OAuth requests are read: the body, the caller, the client's credentials.

Decides what may arrive where: parameters of a POST only in its body (no credential ever stands in a URL, RFC 9700
section 4.3.2), in one content type, each once. What they mean is for ``rules.protocols``.
"""

import hashlib
from dataclasses import replace

from starlette.requests import Request

from twogate.rules.protocols.jose.compact import encode
from twogate.rules.protocols.oauth2.rfc6749_framework import client_authentication
from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import HEADER, Asked, Proved
from twogate.services.dpop_proofs import DpopProofs
from twogate.terms.caller import Caller
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused
from twogate.web.caller import read_caller

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_LARGEST = 64 * 1024

ClientRequest = tuple[Presented, Parameters, Caller]
"""Who says that it is the client, what it asks for, and where it calls from."""


async def read_body(request: Request, *, json: bool = False) -> Parameters | InvalidRequest:
    """Read the parameters of a POST; ``json`` also allows a JSON object."""
    if request.scope["query_string"]:
        return InvalidRequest(Reason.INPUT_MALFORMED, "parameters go into the body, never into the URL")
    kinds = request.headers.getlist("content-type")
    kind = kinds[0].partition(";")[0].strip(" \t").lower() if len(kinds) == 1 else ""
    if kind != FORM and not (json and kind == JSON):
        return InvalidRequest(Reason.INPUT_MALFORMED, f"the body is {FORM}")
    body = await request.body()
    if len(body) > _LARGEST:
        return InvalidRequest(Reason.INPUT_MALFORMED, "the body is larger than 64 KiB")
    return Parameters.from_json(body) if kind == JSON else Parameters.from_urlencoded(body)


def read_query(request: Request) -> Parameters | InvalidRequest:
    """Read the parameters of a GET."""
    return Parameters.from_urlencoded(request.scope["query_string"])


def who_calls(request: Request) -> Caller | InvalidRequest:
    """Return the caller as the gateway vouches for it."""
    caller = read_caller(request)
    if isinstance(caller, Refused):
        return InvalidRequest(caller.reason, detail=caller.detail)
    return caller


async def read_client_request(request: Request) -> ClientRequest | OAuthRefusal:
    """Read what token, revocation and introspection endpoints all take: a form and a client's credentials."""
    parameters = await read_body(request)
    if isinstance(parameters, OAuthRefusal):
        return parameters
    caller = who_calls(request)
    if isinstance(caller, OAuthRefusal):
        return caller
    presented = client_authentication.read(request.headers.getlist("authorization"), parameters)
    if isinstance(presented, OAuthRefusal):
        return presented
    presented = replace(presented, certificate=caller.certificate, self_signed=caller.self_signed)
    return presented, parameters, caller


async def read_proof(
    request: Request, proofs: DpopProofs, *, url: str, access_token: str | None = None
) -> Proved | OAuthRefusal | None:
    """Read the DPoP proof of a request to ``url``; None: there is none, where none must be."""
    given = request.headers.getlist(HEADER)
    if not given and access_token is None:
        return None
    digest = encode(hashlib.sha256(access_token.encode()).digest()) if access_token is not None else None
    return await proofs.check(given, Asked(request.method, url, digest))
