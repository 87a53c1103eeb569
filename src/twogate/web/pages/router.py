"""All page routes together.

Decides which page files are served; each has a router of its own.
"""

from fastapi import APIRouter

from twogate.web.pages import (
    account,
    activity,
    allowed,
    assets,
    consent,
    device,
    end_session,
    enrol,
    factors,
    first,
    language,
    own_address,
    own_password,
    panic,
    phone,
    phone_door,
    recover,
    recovery,
    sessions,
    sign_in,
    sign_out,
    tokens,
    typing,
    undo,
)

router = APIRouter()
for page in (
    assets,
    language,
    sign_in,
    sign_out,
    end_session,
    account,
    factors,
    sessions,
    tokens,
    allowed,
    consent,
    activity,
    recovery,
    recover,
    panic,
    first,
    enrol,
    own_address,
    own_password,
    phone,
    phone_door,
    typing,
    undo,
    device,
):
    router.include_router(page.router)
