"""What the account page shows, in words: factors, sessions, what happened.

Decides how facts are told to their owner. Which changes are possible is ``rules.signin.upkeep``; the page only shows
what that allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from twogate.rules.assurance.level import add_up
from twogate.services.enrol import Listed, Overview
from twogate.terms.account import Notice
from twogate.terms.instant import Instant
from twogate.terms.session import Session
from twogate.web.pages.moments import moment
from twogate.web.pages.programs import program
from twogate.web.pages.signed_in import ACCOUNT, step_up
from twogate.web.pages.texts import text

ENROL = "/.twogate/enrol"
PASSWORD = f"{ACCOUNT}/password"
CODES = f"{ACCOUNT}/codes"


@dataclass(frozen=True, slots=True)
class Way:
    """One authenticator as a row."""

    title: str
    note: str
    credential: str
    change: str  # where it is changed; empty = not there
    change_text: str
    renewable: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class SignedInAt:
    """One session as a row."""

    id: str
    program: str
    note: str
    here: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One notice as a row."""

    subject: str
    text: str
    when: str
    iso: str
    new: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """The page."""

    name: str
    proved: str
    confirm: str  # where to prove again before anything can be changed; empty = not needed
    ways: tuple[Way, ...]
    addable: tuple[Link, ...]
    sessions: tuple[SignedInAt, ...]
    happenings: tuple[Happening, ...]


def account_view(
    overview: Overview,
    *,
    session: Session,
    sessions: Sequence[Session],
    notices: Sequence[Notice],
    now: Instant,
) -> AccountView:
    """Put the page together."""
    changeable = overview.need is None
    have = {one.factor.factor for one in overview.listed}
    addable = [choice for choice in overview.can_add if choice.factor not in have] if changeable else []
    return AccountView(
        name=overview.user.display_name or overview.user.name,
        proved=text("account.proved", when=moment(add_up(session.proofs).auth_time, now)),
        confirm="" if overview.need is None else step_up(overview.need, ACCOUNT),
        ways=tuple(_way(one, changeable=changeable, now=now) for one in overview.listed),
        addable=tuple(
            Link(_enrol(choice.factor), text("account.way.add", factor=choice.prompt.title)) for choice in addable
        ),
        sessions=tuple(_signed_in_at(one, here=one.id == session.id, now=now) for one in sessions),
        happenings=tuple(
            Happening(
                one.subject,
                one.text,
                moment(one.created, now),
                one.created.isoformat(),
                one.seen is None,
            )
            for one in notices
        ),
    )


def _enrol(factor: str) -> str:
    return f"{ENROL}?factor={quote(factor, safe='')}"


def _way(one: Listed, *, changeable: bool, now: Instant) -> Way:
    recovery = one.left is not None
    password = one.factor.prompt.password
    change, words = _enrol(one.factor.factor), text("account.way.replace")
    if password:
        change, words = PASSWORD, text("account.way.change")
    return Way(
        title=one.factor.prompt.title,
        note=_note(one, now),
        credential=one.credential,
        change=change if changeable and not recovery else "",
        change_text=words,
        renewable=recovery and changeable,
        removable=one.removable and changeable,
    )


def _note(one: Listed, now: Instant) -> str:
    if one.left is not None:
        kind = {0: ".none", 1: ".one"}.get(one.left, "")
        return text(f"account.way.left{kind}", count=one.left)
    created = moment(one.created, now)
    if one.last_used is None:
        return text("account.way.set_up", created=created)
    return text("account.way.used", created=created, used=moment(one.last_used, now))


def _signed_in_at(one: Session, *, here: bool, now: Instant) -> SignedInAt:
    note = text(
        "account.session.note",
        address=one.address,
        created=moment(one.created, now),
        used=moment(one.last_used, now),
    )
    return SignedInAt(one.id, program(one.user_agent), note, here)
