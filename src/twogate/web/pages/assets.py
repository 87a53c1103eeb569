"""``/.twogate/assets/``: our style sheet, scripts and pictures, a closed list read once.

Decides that only what lay in the folder at the start is served, so a path can never walk out of it. All of it may be
cached, because the address carries a digest of all content; it is the same for all, so that one module of a script
may import another by its name.
"""

import hashlib
from importlib import resources

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"


def _read() -> dict[str, tuple[bytes, str]]:
    found = {}
    for path in sorted((resources.files("twogate.web.pages") / "assets").iterdir(), key=lambda one: one.name):
        kind = _KINDS.get(path.name[path.name.rfind(".") :])
        if kind is not None:
            found[path.name] = path.read_bytes(), kind
    return found


_CONTENT = _read()
_DIGEST = hashlib.sha256(b"\x00".join(content for content, _ in _CONTENT.values())).hexdigest()[:12]

router = APIRouter()


def has_asset(name: str) -> bool:
    """Whether there is an asset of this name."""
    return name in _CONTENT


def asset_url(name: str) -> str:
    """Return the address of an asset, for templates. Raises KeyError when there is none of that name."""
    if name not in _CONTENT:
        raise KeyError(name)
    return f"/.twogate/assets/{_DIGEST}/{name}"


@router.api_route("/.twogate/assets/{digest}/{name}", methods=["GET", "HEAD"])
async def asset(digest: str, name: str) -> Response:
    """Serve one file; an old digest gets a 404 rather than a file that is not what it says."""
    if digest != _DIGEST or name not in _CONTENT:
        raise HTTPException(404)
    content, kind = _CONTENT[name]
    return Response(content, media_type=kind, headers={"cache-control": _FOREVER})
