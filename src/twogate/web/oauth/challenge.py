"""``/.twogate/oauth2/authorize-challenge`` (draft-ietf-oauth-first-party-apps-04): signing in as JSON.

Decides the form of the answer. Besides the draft's form body a JSON object of strings is taken, because the apps that
use this speak JSON.
"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.services.authorize_challenge import AuthorizeChallenge
from twogate.terms.secret import Secret
from twogate.web.dependencies import Dependencies
from twogate.web.oauth.answers import answer, refusal
from twogate.web.oauth.authorize import Handler
from twogate.web.oauth.reading import read_body, who_calls


def challenge_route(deps: Dependencies, errand: AuthorizeChallenge) -> Handler:
    """Return the handler for POST."""

    async def challenge(request: Request) -> Response:
        parameters = await read_body(request, json=True)
        if isinstance(parameters, OAuthRefusal):
            return refusal(request, parameters)
        caller = who_calls(request)
        if isinstance(caller, OAuthRefusal):
            return refusal(request, caller)
        device = parameters.get("device_token")
        if device:
            caller = replace(caller, device=await deps.sessions.device(Secret(device)))
        granted = await errand.answer(parameters, caller)
        if isinstance(granted, OAuthRefusal):
            return refusal(request, granted)
        known = {"device_token": granted.device.text()} if granted.device else {}
        return answer({"authorization_code": granted.code.text()} | known)

    return challenge
