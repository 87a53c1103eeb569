"""``/.twogate/account``: the portal's first page: how one is signed in, what to see to, the way to everything else.

Decides what is worth seeing to: no second factor, no spare, recovery codes that run out. Each thing itself is changed
on the page that shows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from twogate.rules.assurance.level import add_up
from twogate.services.enrol import Listed, Overview
from twogate.terms.session import Session
from twogate.web.pages.factor_rows import Link, addable, title_of
from twogate.web.pages.moments import moment
from twogate.web.pages.sections import ACCOUNT, ENROL, RECOVERY
from twogate.web.pages.signed_in import AsOwner, page
from twogate.web.pages.texts import counted, phrase, text

_FEW_CODES = 3

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Advice:
    """Something worth seeing to, and where."""

    text: str
    link: Link


@router.api_route(ACCOUNT, methods=["GET", "HEAD"])
async def account(owner: AsOwner) -> Response:
    """Show the first page."""
    deps, session = owner.visitor.deps, owner.session
    overview = await owner.overview()
    sessions = await deps.sessions.of_user(session.user)
    now = deps.clock.now()
    async with deps.store.read() as unit:
        told = await unit.notices.of_user(session.user, limit=1)
        tokens = [one for one in await unit.api_tokens.of_owner(session.user) if not one.revoked and one.expires > now]
    return page(
        owner,
        "account.html",
        name=overview.user.display_name or overview.user.name,
        address=overview.user.email,
        proved=_proved(session, overview, when=moment(add_up(session.proofs).auth_time, now)),
        advice=advice(overview, more=bool(addable(overview, deps.authenticators.registry))),
        factors=", ".join(title_of(one) for one in overview.listed),
        sessions=counted("overview.sessions", len(sessions)),
        others=len(sessions) > 1,
        tokens=counted("overview.tokens", len(tokens)) if tokens else text("overview.tokens.none"),
        latest=phrase(told[0].subject) if told else "",
        latest_at=told[0].created.isoformat() if told else "",
        latest_when=moment(told[0].created, now) if told else "",
        codes=_codes(overview.listed),
    )


def advice(overview: Overview, *, more: bool) -> tuple[Advice, ...]:
    """What its owner should see to, the most urgent first; ``more``: there is something that can be added."""
    seconds = [one for one in overview.listed if one.left is None and not one.factor.prompt.password]
    codes = next((one.left for one in overview.listed if one.left is not None), None)
    found = []
    if not seconds and more:
        found.append(Advice(text("advice.no_second"), Link(ENROL, text("advice.add"))))
    if seconds and (codes is None or codes < _FEW_CODES):
        found.append(Advice(text("advice.codes"), Link(RECOVERY, text("advice.codes.go"))))
    if len(seconds) == 1 and more:
        found.append(Advice(text("advice.one_second"), Link(ENROL, text("advice.add"))))
    return tuple(found)


def _proved(session: Session, overview: Overview, *, when: str) -> str:
    used = {proof.credential for proof in session.proofs}
    by = [title_of(one) for one in overview.listed if one.credential in used]
    return text("overview.proved", when=when, factors=", ".join(by)) if by else text("account.proved", when=when)


def _codes(listed: Iterable[Listed]) -> str:
    left = next((one.left for one in listed if one.left is not None), None)
    return text("recovery.none") if not left else counted("recovery.left", left)
