"""``/.twogate/account/activity``: what the owner was told, and what the audit log holds of their account.

Decides which events are told to a person: those that the catalogue has words for. Messages are marked as seen once
they were shown. Both lists go on page by page, by what was last on the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from twogate.store.unit import AuditRow
from twogate.terms.account import Notice
from twogate.terms.events import Event
from twogate.terms.instant import Instant
from twogate.web.pages.moments import moment
from twogate.web.pages.sections import ACTIVITY
from twogate.web.pages.signed_in import AsOwner, page
from twogate.web.pages.texts import has_text, phrase, text

MESSAGES = 8
HAPPENINGS = 20
_FARTHEST = 10_000

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Message:
    """One notice as a row."""

    subject: str
    text: str
    when: str
    iso: str
    new: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a row."""

    what: str
    address: str
    when: str
    iso: str
    warns: bool


TOLD = tuple(one for one in Event if has_text(f"event.{one.value}"))
_WARNING = ("refused", "locked", "disabled", "blocked", "reused")


@router.api_route(ACTIVITY, methods=["GET", "HEAD"])
async def activity(
    owner: AsOwner,
    skip: Annotated[int, Query(ge=0, le=_FARTHEST)] = 0,
    before: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    """Show one page of each."""
    deps, user = owner.visitor.deps, owner.session.user
    now = deps.clock.now()
    async with deps.store.read() as unit:
        notices = await unit.notices.of_user(user, limit=MESSAGES + 1, skip=skip)
        events = await unit.audit.newest(subject=user, events=TOLD, before=before, limit=HAPPENINGS + 1)
    if any(one.seen is None for one in notices):
        async with deps.store.work() as unit:
            await unit.notices.mark_seen(user, now)
    return page(
        owner,
        "activity.html",
        messages=[_message(one, now) for one in notices[:MESSAGES]],
        happenings=[_happening(one, now) for one in events[:HAPPENINGS]],
        older_messages=_link(skip=skip + MESSAGES, before=before) if len(notices) > MESSAGES else "",
        older_happenings=_link(skip=skip, before=_last(events)) if len(events) > HAPPENINGS else "",
        newest=ACTIVITY if skip or before else "",
    )


def _link(*, skip: int, before: int) -> str:
    query = urlencode({name: value for name, value in (("skip", skip), ("before", before)) if value})
    return f"{ACTIVITY}?{query}"


def _last(events: Sequence[AuditRow]) -> int:
    return events[HAPPENINGS - 1].id


def _message(one: Notice, now: Instant) -> Message:
    return Message(phrase(one.subject), one.text, moment(one.created, now), one.created.isoformat(), one.seen is None)


def _happening(one: AuditRow, now: Instant) -> Happening:
    return Happening(
        what=text(f"event.{one.event.value}"),
        address=one.address,
        when=moment(one.at, now),
        iso=one.at.isoformat(),
        warns=one.event.value.rpartition(":")[2] in _WARNING,
    )
