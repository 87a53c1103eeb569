"""The language of the request at hand."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from twogate.terms.language import Language
from twogate.web.languages.speaking import COOKIE, Speaking, keep, spoken, wanted_by


def _scope(**headers: str) -> Scope:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": sent}


def test_the_choice_goes_before_the_browser() -> None:
    """What somebody chose is kept, whatever their browser asks for; a choice that is none is ignored."""
    assert wanted_by(Request(_scope(accept_language="fr", cookie=f"{COOKIE}=de"))) is Language.GERMAN
    assert wanted_by(Request(_scope(accept_language="fr", cookie=f"{COOKIE}=xx"))) is Language.FRENCH
    assert wanted_by(Request(_scope())) is None


async def test_each_request_has_its_own_language() -> None:
    """The language is set for the answer and gone after it."""
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(spoken())
        await PlainTextResponse("x")(scope, receive, send)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None: ...

    await Speaking(app)(_scope(accept_language="es"), receive, send)
    assert heard == [Language.SPANISH]
    assert spoken() is Language.ENGLISH


def test_the_cookie_is_for_our_own_pages() -> None:
    """It lives a year, below our own path, and is secure where the site is."""
    answer = Response()
    keep(answer, Language.CHINESE, secure=True)
    assert answer.headers["set-cookie"] == (
        "twogate-language=zh-Hans; Path=/.twogate; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"
    )
