"""All page routes together.

Decides which page files are served; each has a router of its own.
"""

from fastapi import APIRouter

from twogate.web.pages import (
    account,
    activity,
    assets,
    enrol,
    factors,
    language,
    own_password,
    phone,
    phone_door,
    recovery,
    sessions,
    sign_in,
    sign_out,
    tokens,
    undo,
)

router = APIRouter()
for page in (
    assets,
    language,
    sign_in,
    sign_out,
    account,
    factors,
    sessions,
    tokens,
    activity,
    recovery,
    enrol,
    own_password,
    phone,
    phone_door,
    undo,
):
    router.include_router(page.router)
