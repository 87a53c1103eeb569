"""Templates to HTML answers.

Decides how a page is rendered: autoescaped, undefined names are errors, every sentence from the catalogue of the
reader's language, and a way to the other languages.
"""

import http
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from twogate.terms.language import Language
from twogate.web.caller import request_id_of
from twogate.web.languages.language import own_name
from twogate.web.languages.speaking import spoken
from twogate.web.pages.assets import asset_url, has_asset
from twogate.web.pages.texts import has_text, phrase, text


@dataclass(frozen=True, slots=True)
class WayOut:
    """What a person can do next: a link and what it says."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """The same page in another language."""

    href: str
    tag: str
    name: str
    here: bool


_LANGUAGE = "/.twogate/language"
_environment = Environment(
    loader=PackageLoader("twogate.web.pages", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(asset_url=asset_url, has_asset=has_asset, t=text, phrase=phrase, spoken=spoken)


def show(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> HTMLResponse:
    """Render ``template`` with ``facts``."""
    site = getattr(request.app.state, "site", "") or text("site") if "app" in request.scope else text("site")
    html = _environment.get_template(template).render(
        request_id=request_id_of(request),
        site=site,
        tongues=_tongues(request),
        **facts,
    )
    return HTMLResponse(html, status_code=status, headers=dict(headers or {}))


def _tongues(request: Request) -> tuple[Tongue, ...]:
    """The way to this page in each language; none from an answer to a form, which no address leads back to."""
    if request.method not in {"GET", "HEAD"}:
        return ()
    here = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "done"])
    back = quote(request.url.path + (f"?{here}" if here else ""), safe="")
    return tuple(
        Tongue(f"{_LANGUAGE}?to={one.value}&return_to={back}", one.value, own_name(one), one is spoken())
        for one in Language
    )


def show_error(
    request: Request,
    status: int,
    sentence: str,
    *,
    headers: Mapping[str, str] | None = None,
    way_out: WayOut | None = None,
) -> HTMLResponse:
    """Render the page for a refusal or a fault."""
    key = f"error.title.{status}"
    title = text(key) if has_text(key) else http.HTTPStatus(status).phrase
    return show(
        request,
        "error.html",
        status=status,
        headers=headers,
        title=title,
        text=sentence,
        way_out=way_out,
    )
