"""``/.twogate/consent``: may this program of somebody else act for you?

Decides that the question is about the very request that waits: the page reads it from the way back, and nothing that
the form sends can widen it. A yes leads on to the request; a no tells the client, and takes nothing back that was
allowed before.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import AccessDenied, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9207_issuer_identification import response
from twogate.rules.protocols.oidc.core.authentication_request import AuthenticationRequest
from twogate.rules.protocols.oidc.core.user_info import SCOPES
from twogate.services.authorize import CONSENT, HERE
from twogate.services.consent import Consents
from twogate.terms.reasons import Reason
from twogate.web.local_path import local_path
from twogate.web.oauth.errands import errands_of
from twogate.web.oauth.to_client import hand_over
from twogate.web.pages.render import show
from twogate.web.pages.screens import go_on
from twogate.web.pages.signed_in import AsOwner, Owner
from twogate.web.pages.texts import text

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The request that waits for an answer."""

    request: AuthenticationRequest
    back: str


@router.api_route(CONSENT, methods=["GET", "HEAD"])
async def ask(owner: AsOwner, return_to: Annotated[str, Query(max_length=2_100)] = "") -> Response:
    """Say who asks for what."""
    waiting = await _waiting(owner, return_to)
    asked, client = waiting.request, waiting.request.client
    async with owner.visitor.deps.store.read() as unit:
        user = await unit.users.get(owner.session.user)
    return show(
        owner.visitor.request,
        "consent.html",
        token=owner.token,
        action=CONSENT,
        return_to=waiting.back,
        name=client.name,
        host=urlsplit(asked.destination.redirect_uri).netloc or asked.destination.redirect_uri.partition(":")[0],
        user=user.name if user else "",
        wants=[text(f"consent.{one}") if one in SCOPES else text("consent.scope", scope=one) for one in asked.shown],
    )


@router.post(CONSENT)
async def answer(owner: AsOwner) -> Response:
    """Take the answer."""
    form = await owner.form("return_to", "answer")
    waiting = await _waiting(owner, form["return_to"])
    deps, caller = owner.visitor.deps, owner.visitor.caller
    consents, asked = Consents(deps.store, deps.clock), waiting.request
    match form["answer"]:
        case "allow":
            await consents.allow(owner.session, asked.client, asked.shown, caller=caller)
            return go_on(owner.visitor, waiting.back)
        case "deny":
            await consents.deny(owner.session, asked.client, caller=caller)
            return await _denied(owner, asked)
        case _:
            raise HTTPException(422)


async def _denied(owner: Owner, asked: AuthenticationRequest) -> Response:
    deps, destination = owner.visitor.deps, asked.destination
    if destination.pushed is not None:
        async with deps.store.work() as unit:  # a no is an answer too
            await unit.pushed_requests.consume(destination.pushed.digest, deps.clock.now())
    said = response.refused(destination, AccessDenied(Reason.CONSENT_DENIED), issuer=deps.access_tokens.issuer)
    if destination.posted:
        return hand_over(owner.visitor.request, destination.redirect_uri, said)
    return go_on(owner.visitor, response.location(destination, said))


async def _waiting(owner: Owner, return_to: str) -> _Waiting:
    """Read the request; anything else than one of ours that may be answered is not well-formed."""
    deps = owner.visitor.deps
    back = local_path(return_to, deps.front.public_url) or ""
    path, _, query = back.partition("?")
    parameters = Parameters.from_urlencoded(query.encode())
    if path != HERE or isinstance(parameters, OAuthRefusal):
        raise HTTPException(400)
    asked = await errands_of(deps).authorize.about(parameters)
    if isinstance(asked, OAuthRefusal) or not asked.client.third_party:
        raise HTTPException(400)
    return _Waiting(asked, back)
