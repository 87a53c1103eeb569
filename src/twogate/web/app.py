"""The control plane as one ASGI application: which routers, in which order the middleware stands.

Decides the order of doors, from outside: language, last resort and request id, response headers, body limit, routes.
What a route does is its own file's business; what is served where is listed in ``docs/map.md``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from twogate.web import health, render_errors, renew
from twogate.web.admin import coverage, recovery
from twogate.web.admin.administrator import NotAllowed, answer_not_allowed
from twogate.web.background import running
from twogate.web.dependencies import Dependencies
from twogate.web.edge_feed import edge_router
from twogate.web.edge_proofs import proofs_router
from twogate.web.languages.speaking import Speaking
from twogate.web.limits import BodyLimit
from twogate.web.oauth.errands import proofs_of
from twogate.web.oauth.router import oauth_router
from twogate.web.pages import router as pages
from twogate.web.security_headers import SecurityHeaders
from twogate.web.well_known import well_known_router


def build_app(deps: Dependencies) -> FastAPI:
    """Return the application on these services. It runs their background tasks while it serves, and opens nothing."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running(deps.background, deps.clock):
            yield

    app = FastAPI(
        title="Twogate control plane",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.deps = deps
    app.state.site = deps.settings.sign_in.issuer
    for router in (  # the busiest first: the first one that matches serves
        oauth_router(deps),
        renew.router,
        edge_router(deps.store, deps.changes, deps.clock),
        proofs_router(deps.store, deps.clock, proofs_of(deps)),
        pages.router,
        coverage.router,
        recovery.router,
        well_known_router(deps),
        health.router,
    ):
        app.include_router(router)
    render_errors.install(app)
    app.add_exception_handler(NotAllowed, answer_not_allowed)
    # the last one added is the outermost
    app.add_middleware(BodyLimit, refuse=render_errors.refuse, unread=frozenset({renew.PATH}))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(render_errors.LastResort, entropy=deps.entropy)
    app.add_middleware(Speaking)
    return app
