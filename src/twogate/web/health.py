"""``/.twogate/health``: can this process serve, asked by the supervisor and by load balancers.

Decides nothing about any caller; says only yes or no, because everybody may ask.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from twogate.terms.reasons import Reason
from twogate.web.dependencies import Dependencies, deps_of
from twogate.web.render_errors import RETRY_SECONDS, problem

router = APIRouter()


@router.api_route("/.twogate/health", methods=["GET", "HEAD"])
async def health(request: Request, deps: Annotated[Dependencies, Depends(deps_of)]) -> Response:
    """Answer 200 when the database answers."""
    if await deps.store.healthy():
        return JSONResponse({"status": "ok"})
    again = {"retry-after": str(RETRY_SECONDS)}
    return problem(request, 503, reason=Reason.CONTROL_UNAVAILABLE, headers=again)
