"""The metadata documents: of the authorization server, the OpenID provider, and the protected API.

Decides at which addresses each is found: RFC 8414 section 3.1 puts the well-known part before the issuer's path,
OpenID Connect Discovery 1.0 section 4 puts it behind; both are served. RFC 9728 section 3 for the API itself.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.confirmation import METADATA
from twogate.rules.protocols.oauth2.rfc9728_protected_resource.metadata import resource
from twogate.rules.protocols.oidc.discovery.metadata import provider
from twogate.web.dependencies import Dependencies
from twogate.web.oauth.authorize import Handler
from twogate.web.oauth.cross_origin import EVERYBODY

_PROVIDER = (
    "/.twogate/.well-known/openid-configuration",
    "/.twogate/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration/.twogate",
    "/.well-known/oauth-authorization-server/.twogate",
)
_RESOURCE = "/.well-known/oauth-protected-resource"
_HEADERS = EVERYBODY | {"cache-control": "public, max-age=300"}


def well_known_router(deps: Dependencies) -> APIRouter:
    """Return the routes. Every URL in the documents comes from the configured public URL, never from the request."""
    issuer = deps.access_tokens.issuer
    settings = deps.settings
    bound = METADATA if settings.gateway.client_ca and settings.tokens.certificate_bound else {}
    about = (
        provider(issuer, certificates=settings.gateway.client_ca is not None, documents=settings.registration.documents)
        | bound
    )
    router = APIRouter()
    for path in _PROVIDER:
        router.add_route(path, _document(about), methods=["GET"])
    router.add_route(_RESOURCE, _document(resource(deps.front.public_url, issuer=issuer)), methods=["GET"])
    return router


def _document(content: dict[str, Any]) -> Handler:
    async def document(_request: Request) -> Response:
        return JSONResponse(content, headers=_HEADERS)

    return document
