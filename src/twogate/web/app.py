"""The control plane as one ASGI application: which routers, in which order the middleware stands.

Decides the order of doors, from outside: last resort and request id, response headers, body limit, routes. What a
route does is its own file's business; what is served where is listed in ``docs/map.md``.
"""

from fastapi import FastAPI

from twogate.web import health, render_errors, renew
from twogate.web.dependencies import Dependencies
from twogate.web.limits import BodyLimit
from twogate.web.pages import router as pages
from twogate.web.security_headers import SecurityHeaders


def build_app(deps: Dependencies) -> FastAPI:
    """Return the application on these services; it opens and closes nothing itself."""
    app = FastAPI(
        title="Twogate control plane",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.deps = deps
    app.state.site = deps.settings.sign_in.issuer
    app.include_router(health.router)
    app.include_router(renew.router)
    app.include_router(pages.router)
    render_errors.install(app)
    # the last one added is the outermost
    app.add_middleware(BodyLimit, refuse=render_errors.refuse, unread=frozenset({renew.PATH}))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(render_errors.LastResort, entropy=deps.entropy)
    return app
