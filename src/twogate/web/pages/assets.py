"""``/.twogate/assets/``: our style sheet and pictures, a closed list read once.

Decides that only named files are served, so a path can never walk out of the folder. They may be cached, because
their address carries a digest of their content.
"""

import hashlib
from importlib import resources

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

_KINDS = {"twogate.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"
_CONTENT = {name: (resources.files("twogate.web.pages") / "assets" / name).read_bytes() for name in _KINDS}
_DIGEST = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in _CONTENT.items()}

router = APIRouter()


def asset_url(name: str) -> str:
    """Return the address of an asset, for templates."""
    return f"/.twogate/assets/{_DIGEST[name]}/{name}"


@router.api_route("/.twogate/assets/{digest}/{name}", methods=["GET", "HEAD"])
async def asset(digest: str, name: str) -> Response:
    """Serve one file; an old digest gets a 404 rather than a file that is not what it says."""
    if _DIGEST.get(name) != digest:
        raise HTTPException(404)
    return Response(_CONTENT[name], media_type=_KINDS[name], headers={"cache-control": _FOREVER})
