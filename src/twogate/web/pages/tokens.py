"""``/.twogate/account/tokens``: one's own API tokens: make one, see them, revoke one.

Decides that a new one needs a fresh proof, because it outlives the session that made it, and that its text is shown in
the answer to the form itself and never again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from twogate.services.api_tokens import ApiTokens, CreatedApiToken
from twogate.terms.ids import ApiTokenId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.session import ApiToken
from twogate.terms.verdict import Refused
from twogate.web.pages.moments import day_of, moment
from twogate.web.pages.sections import TOKENS
from twogate.web.pages.signed_in import AsOwner, Owner, done, page, proved_enough, wait_for_gateways
from twogate.web.pages.texts import counted, text

NEW = f"{TOKENS}/new"
REVOKE = f"{TOKENS}/revoke"
_USUAL_DAYS = 90
_DAYS = (7, 30, 90, 180, 365)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token."""

    id: str
    name: str
    note: str
    scope: str
    state: str  # empty while it works


@dataclass(frozen=True, slots=True)
class Life:
    """How long a token may live, as a choice."""

    days: int
    text: str
    chosen: bool


@router.api_route(TOKENS, methods=["GET", "HEAD"])
async def tokens(owner: AsOwner) -> Response:
    """List them."""
    now = owner.visitor.deps.clock.now()
    rows = [_row(one, now) for one in await _service(owner).of(owner.session.user)]
    return page(owner, "tokens.html", rows=rows, new=NEW, revoke=REVOKE)


@router.api_route(NEW, methods=["GET", "HEAD"])
async def ask(owner: AsOwner) -> Response:
    """Show the form for a new one."""
    await proved_enough(owner)
    return _form(owner, {"name": "", "scope": "", "days": str(_USUAL_DAYS)})


@router.post(NEW)
async def create(owner: AsOwner) -> Response:
    """Make it and show it, this once."""
    form = await owner.form("name", "scope", "days")
    await proved_enough(owner)
    user, days = owner.session.user, form["days"]
    made = await _service(owner).create(
        user,
        name=form["name"].strip(),
        scope=form["scope"].split(),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < len("10000") else 0,
        actor=user,
        caller=owner.visitor.caller,
        by_owner=True,
    )
    if isinstance(made, Refused):
        return _form(owner, form, made)
    await wait_for_gateways(owner, made.change)
    return _shown(owner, made)


@router.api_route(REVOKE, methods=["GET", "HEAD"])
async def ask_revoke(owner: AsOwner, token: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Ask whether it is to end."""
    found = next((one for one in await _service(owner).of(owner.session.user) if one.id == token), None)
    if found is None:
        raise HTTPException(404)
    return page(owner, "revoke.html", action=REVOKE, id=found.id, name=found.name)


@router.post(REVOKE)
async def revoke(owner: AsOwner) -> Response:
    """Revoke one of one's own; another person's is not found. Twice is as good as once."""
    form = await owner.form("id")
    user = owner.session.user
    change = await _service(owner).revoke(ApiTokenId(form["id"]), actor=user, owner=user)
    if isinstance(change, Refused):
        if change.reason is Reason.NOT_FOUND:
            raise HTTPException(404)
        return done("token_revoked")
    await wait_for_gateways(owner, change)
    return done("token_revoked")


def _service(owner: Owner) -> ApiTokens:
    deps = owner.visitor.deps
    return ApiTokens(deps.store, deps.clock, deps.entropy, audience=deps.front.audience, settings=deps.settings.tokens)


def _form(owner: Owner, typed: Mapping[str, str], refused: Refused | None = None) -> Response:
    longest = owner.visitor.deps.settings.tokens.api_token_days
    lives = [
        Life(days, counted("time.days", days), typed["days"] == str(days))
        for days in sorted({*(one for one in _DAYS if one <= longest), longest})
    ]
    wrong_field = "scope" if refused and refused.reason is Reason.SCOPE_REFUSED else "name"
    return page(owner, "token_new.html", refused=refused, action=NEW, typed=typed, lives=lives, wrong_field=wrong_field)


def _shown(owner: Owner, made: CreatedApiToken) -> Response:
    return page(
        owner,
        "token_shown.html",
        secret=made.secret.text(),
        name=made.token.name,
        expires=text("tokens.expires", when=day_of(made.token.expires)),
        example=f'curl -H "Authorization: Bearer $TOKEN" {owner.visitor.deps.front.public_url}/',
        back=TOKENS,
    )


def _row(one: ApiToken, now: Instant) -> TokenRow:
    state = ""
    if one.revoked is not None:
        state = text("tokens.revoked")
    elif one.expires <= now:
        state = text("tokens.expired")
    note = text("tokens.note", created=moment(one.created, now), expires=day_of(one.expires))
    return TokenRow(one.id, one.name, note, " ".join(one.scope), state)
