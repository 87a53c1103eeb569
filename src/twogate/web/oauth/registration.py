"""``/.twogate/oauth2/register``: registration and its management (RFC 7591 section 3, RFC 7592 section 2).

Decides only how it is read and answered: a JSON object in, the whole registration out, tokens in the Authorization
header and nowhere else.
"""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.protocols.oauth2.client_id_metadata_document.document import read_json
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc7591_registration.errors import InvalidClientMetadata, RegistrationRefused
from twogate.rules.protocols.oauth2.rfc7591_registration.metadata import describe
from twogate.services.registration import Registered, Registering
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.web.dependencies import Dependencies
from twogate.web.oauth.answers import NO_STORE, refusal
from twogate.web.oauth.authorize import Handler
from twogate.web.oauth.cross_origin import preflight, readable
from twogate.web.oauth.reading import JSON, who_calls

_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/-]+=*)")
_LARGEST = 64 * 1024
_WAIT = 1.0  # seconds to wait for the gateways to know

Asked = tuple[dict[str, Any], Secret | None, Caller]
"""What a program says of itself, its token, and where it calls from."""


def register_route(deps: Dependencies, errand: Registering) -> Handler:
    """Return the handler of the registration endpoint."""

    async def register(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight(request, deps.front)
        headers = readable(request, deps.front)
        asked = await _read(request)
        made = asked if isinstance(asked, OAuthRefusal) else await errand.register(*asked)
        if isinstance(made, OAuthRefusal):
            return _refused(request, made, headers)
        return JSONResponse(_told(deps, made), 201, headers=NO_STORE | headers)

    return register


def registered_route(deps: Dependencies, errand: Registering) -> Handler:
    """Return the handler of one client's configuration endpoint: GET, PUT, DELETE."""

    async def registered(request: Request) -> Response:
        headers = readable(request, deps.front)
        name = ClientId(request.path_params["client"])
        asked = await _read(request, body=request.method == "PUT")
        if isinstance(asked, OAuthRefusal):
            return _refused(request, asked, headers)
        said, bearer, caller = asked
        if request.method == "DELETE":
            return await _remove(request, name, bearer, caller=caller, headers=headers)
        if request.method == "PUT":
            if said.get("client_id") != name:
                return _refused(request, InvalidClientMetadata(Reason.INPUT_MALFORMED, "client_id is its own"), headers)
            found = await errand.change(name, said, bearer, caller=caller)
        else:
            found = await errand.read(name, bearer)
        if isinstance(found, OAuthRefusal):
            return _refused(request, found, headers)
        return JSONResponse(_told(deps, found), headers=NO_STORE | headers)

    async def _remove(
        request: Request, name: ClientId, bearer: Secret | None, *, caller: Caller, headers: dict[str, str]
    ) -> Response:
        gone = await errand.remove(name, bearer, caller)
        if isinstance(gone, OAuthRefusal):
            return _refused(request, gone, headers)
        if gone is not None:
            await deps.changes.in_force(gone, _WAIT)
        return Response(status_code=204, headers=NO_STORE | headers)

    return registered


async def _read(request: Request, *, body: bool = True) -> Asked | OAuthRefusal:
    given = request.headers.getlist("authorization")
    found = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if given and found is None:
        return RegistrationRefused(Reason.REGISTRATION_REFUSED, "one Authorization header with a bearer token")
    caller = who_calls(request)
    if isinstance(caller, OAuthRefusal):
        return caller
    bearer = Secret(found[1]) if found else None
    if not body:
        return {}, bearer, caller
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return InvalidRequest(Reason.INPUT_MALFORMED, f"the body is {JSON}")
    raw = await request.body()
    said = read_json(raw) if len(raw) <= _LARGEST else None
    return (
        InvalidClientMetadata(Reason.INPUT_MALFORMED, "the body is one JSON object")
        if said is None
        else (said, bearer, caller)
    )


def _told(deps: Dependencies, made: Registered) -> dict[str, Any]:
    at = f"{deps.access_tokens.issuer}/oauth2/register/{made.client.id}"
    told = describe(made.client) | {"registration_client_uri": at}
    if made.access is not None:
        told["registration_access_token"] = made.access.text()
    if made.secret is not None:
        told |= {"client_secret": made.secret.text(), "client_secret_expires_at": 0}
    return told


def _refused(request: Request, refused: OAuthRefusal, headers: dict[str, str]) -> Response:
    challenge = (
        {"www-authenticate": f'Bearer error="{refused.code}"'} if isinstance(refused, RegistrationRefused) else {}
    )
    return refusal(request, refused, headers | challenge)
