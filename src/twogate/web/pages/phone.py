"""``/.twogate/phone``: the app on a phone that answers prompts, as an installable page.

Decides what a browser is given: a page, a manifest (W3C Web Application Manifest) and a service worker that shows
notices. The page holds no secret and needs no sign-in: a phone proves itself by the key it keeps (``phone_door``).
The worker's address has no digest, because a browser looks for a newer one there.
"""

from importlib import resources

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.rules.factors.push.factor import PAGE
from twogate.rules.protocols.webpush.vapid import public_key
from twogate.web.pages.assets import asset_url
from twogate.web.pages.programs import program
from twogate.web.pages.render import show
from twogate.web.push_services import PushServices
from twogate.web.visitor import AtDoor, Visitor

_WORKER = (resources.files("twogate.web.pages") / "assets" / "phone-worker.js").read_bytes()

router = APIRouter()


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def phone(visitor: AtDoor) -> Response:
    """Show the app. Everything it says is in the page; its script only shows and hides."""
    push, settings = push_of(visitor), visitor.deps.settings.push
    return show(
        visitor.request,
        "phone.html",
        origin=visitor.deps.front.public_url,
        label=program(visitor.caller.user_agent),
        web_push=public_key(await push.key.key()) if settings.web_push else "",
        ntfy=settings.ntfy_url.rstrip("/"),
    )


@router.get(f"{PAGE}/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    """What an installed app is called and where it starts."""
    site: str = request.app.state.site
    described = {
        "id": PAGE,
        "name": site,
        "short_name": site[:12],
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "icons": [{"src": asset_url("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JSONResponse(described, media_type="application/manifest+json")


@router.get(f"{PAGE}/worker.js")
async def worker() -> Response:
    """The script that wakes with the phone; it may stand for the page itself (Service Workers, 3.4.3)."""
    headers = {"service-worker-allowed": PAGE, "cache-control": "no-cache"}
    return Response(_WORKER, media_type="text/javascript; charset=utf-8", headers=headers)


def push_of(visitor: Visitor) -> PushServices:
    """The errands; nothing is here where prompts on phones are switched off."""
    if visitor.deps.push is None:
        raise HTTPException(404)
    return visitor.deps.push
