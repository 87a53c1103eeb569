"""Which OAuth endpoint stands where. The metadata documents that name them are in ``web.well_known``."""

from fastapi import APIRouter

from twogate.web.dependencies import Dependencies
from twogate.web.oauth.authorize import authorize_route
from twogate.web.oauth.challenge import challenge_route
from twogate.web.oauth.endpoints import (
    device_route,
    introspect_route,
    keys_route,
    push_route,
    revoke_route,
    token_route,
    userinfo_route,
)
from twogate.web.oauth.errands import errands_of
from twogate.web.oauth.registration import register_route, registered_route

HERE = "/.twogate/oauth2"


def oauth_router(deps: Dependencies) -> APIRouter:
    """Return the routes on these services. They are plain: nothing is validated twice, nothing is documented twice."""
    errands = errands_of(deps)
    router = APIRouter()
    for path, handler, methods in (
        ("authorize", authorize_route(deps, errands.authorize), ["GET", "POST"]),
        ("authorize-challenge", challenge_route(deps, errands.challenge), ["POST"]),
        ("token", token_route(deps, errands.token, errands.proofs), ["POST", "OPTIONS"]),
        ("par", push_route(deps, errands.push, errands.proofs), ["POST", "OPTIONS"]),
        ("device_authorization", device_route(deps, errands.devices, errands.proofs), ["POST", "OPTIONS"]),
        ("revoke", revoke_route(deps, errands.revoke), ["POST", "OPTIONS"]),
        ("introspect", introspect_route(errands.introspect), ["POST"]),
        ("userinfo", userinfo_route(deps, errands.userinfo, errands.proofs), ["GET", "POST", "OPTIONS"]),
        ("register", register_route(deps, errands.registering), ["POST", "OPTIONS"]),
        ("register/{client}", registered_route(deps, errands.registering), ["GET", "PUT", "DELETE"]),
        ("jwks", keys_route(deps.access_tokens, deps.reach.identity_keys), ["GET"]),
    ):
        router.add_route(f"{HERE}/{path}", handler, methods=methods)
    return router
