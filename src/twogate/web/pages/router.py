"""All page routes together.

Decides which page files are served; each has a router of its own.
"""

from fastapi import APIRouter

from twogate.web.pages import account, assets, enrol, own_password, sign_in, sign_out

router = APIRouter()
router.include_router(assets.router)
router.include_router(sign_in.router)
router.include_router(sign_out.router)
router.include_router(account.router)
router.include_router(enrol.router)
router.include_router(own_password.router)
