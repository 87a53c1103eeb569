"""``/.twogate/language``: the reader's choice of a language.

Decides that choosing is a plain link: it works without a script and before anybody has signed in, it changes nothing
but the words, and it leads back to the page it was on. Whoever is signed in gets their mails in it, too; so a link on
another site chooses nothing, or somebody could have warnings written in a language that their reader cannot read.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from twogate.terms.language import language_of
from twogate.web.csrf import check_origin
from twogate.web.languages.speaking import keep
from twogate.web.local_path import local_path
from twogate.web.pages.sections import ACCOUNT
from twogate.web.visitor import AtDoor

LANGUAGE = "/.twogate/language"

router = APIRouter()


@router.api_route(LANGUAGE, methods=["GET", "HEAD"])
async def choose(
    visitor: AtDoor, to: Annotated[str, Query(max_length=16)] = "", return_to: Annotated[str, Query()] = ""
) -> Response:
    """Keep the choice and go back."""
    language = language_of(to)
    if language is None:
        raise HTTPException(404)
    answer = RedirectResponse(local_path(return_to, visitor.deps.front.public_url) or ACCOUNT, 303)
    if check_origin(visitor.request, public_url=visitor.deps.front.public_url) is not None:
        return answer
    if visitor.session is not None:
        async with visitor.deps.store.work() as unit:
            await unit.users.speak(visitor.session.user, language)
    keep(answer, language, secure=visitor.deps.front.secure)
    return answer
