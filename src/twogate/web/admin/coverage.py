"""``/.twogate/admin/coverage``: who has what, and who still owes a second factor.

Decides the JSON: a page of people by name, ``after`` the last name of the page before.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from twogate.services.enforcement import Covered
from twogate.web.admin.administrator import ADMIN, AsReader

COVERAGE = f"{ADMIN}/coverage"

router = APIRouter()


@router.get(COVERAGE)
async def coverage(
    admin: AsReader,
    after: Annotated[str, Query(max_length=320)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Response:
    """A page of it."""
    rows = await admin.visitor.deps.flows.coverage.page(after=after, limit=limit)
    more = rows[-1].user.name if len(rows) == limit else None
    return JSONResponse({"people": [covered_facts(row) for row in rows], "next": more})


def covered_facts(row: Covered) -> dict[str, Any]:
    """One account without a secret, for machines."""
    return {
        "id": row.user.id,
        "name": row.user.name,
        "groups": list(row.groups),
        "factors": list(row.factors),
        "level": row.level.acr,
        "second_factor": row.duty.value,
        "grace_used": row.put_off,
        "recovery_codes": row.codes,
        "blocked": row.user.blocked is not None,
    }
