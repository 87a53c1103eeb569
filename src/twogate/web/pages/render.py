"""Templates to HTML answers.

Decides how a page is rendered: autoescaped, undefined names are errors, texts from one catalogue, no script.
"""

import http
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from twogate.web.caller import request_id_of
from twogate.web.languages.language import Language
from twogate.web.languages.speaking import spoken
from twogate.web.pages.assets import asset_url
from twogate.web.pages.texts import has_text, phrase, text


@dataclass(frozen=True, slots=True)
class WayOut:
    """What a person can do next: a link and what it says."""

    href: str
    text: str


_environment = Environment(
    loader=PackageLoader("twogate.web.pages", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(asset_url=asset_url, t=text, phrase=phrase, spoken=spoken, languages=tuple(Language))


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
    html = _environment.get_template(template).render(request_id=request_id_of(request), site=site, **facts)
    return HTMLResponse(html, status_code=status, headers=dict(headers or {}))


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
