"""Which language the request at hand is answered in: what the reader chose, else what their browser asks for.

Decides the cookie that keeps the choice. It is no secret and grants nothing, and it is sent to our own pages only. The
language is a context variable, because every sentence of an answer depends on it and no decision does.
"""

from contextvars import ContextVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from twogate.terms.language import DEFAULT, Language, language_of
from twogate.web.languages.language import wished

COOKIE = "twogate-language"
_PATH = "/.twogate"
_YEAR = 365 * 86_400
_SPOKEN: ContextVar[Language] = ContextVar("twogate_language", default=DEFAULT)


def spoken() -> Language:
    """Return the language of the request at hand."""
    return _SPOKEN.get()


def wanted_by(request: Request) -> Language | None:
    """Return what whoever sent this chose or wishes; None where they said nothing that we speak."""
    chosen = language_of(request.cookies.get(COOKIE, ""))
    return chosen or wished(",".join(request.headers.getlist("accept-language")))


def keep(answer: Response, language: Language, *, secure: bool) -> None:
    """Let the browser remember the choice."""
    end = "; Secure" if secure else ""
    answer.headers.append(
        "set-cookie", f"{COOKIE}={language.value}; Path={_PATH}; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{end}"
    )


class Speaking:
    """ASGI middleware, outermost, so that even the last error page is in the reader's language."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = _SPOKEN.set(wanted_by(Request(scope)) or DEFAULT)
        try:
            await self._app(scope, receive, send)
        finally:
            _SPOKEN.reset(token)
