"""Add a person, perhaps with an authenticator app right away.

Decides the order: account first, then the app's secret, then its first code where somebody can type it.
"""

from dataclasses import dataclass, field

import typer
from rich.markup import escape

from twogate.cli.failures import from_refusal
from twogate.cli.installed import actor
from twogate.cli.output import remark
from twogate.cli.people import Desk, open_desk
from twogate.cli.user_secrets import can_draw, qr_code
from twogate.rules.factors.contract import Offer
from twogate.services.hand_over_factor import HandedOver
from twogate.settings.installation import Installation
from twogate.terms.account import User
from twogate.terms.reasons import SENTENCE, Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

_TRIES = 3


@dataclass(frozen=True, slots=True)
class NewUser:
    """What the command line asks for."""

    name: str
    email: str = ""
    display_name: str = ""
    password: Secret | None = None
    totp: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """Who was added, and what is shown once."""

    user: User
    password: Secret | None
    offer: Offer | None = field(default=None, repr=False)


async def add_user(found: Installation, wanted: NewUser, *, confirm: bool) -> Added:
    """Add somebody on this installation.

    Raises:
        CommandFailed: the name is taken, the password too weak, the code wrong three times.
    """
    async with open_desk(found) as desk:
        return await add_at(desk, wanted, confirm=confirm)


async def add_at(desk: Desk, wanted: NewUser, *, confirm: bool = False) -> Added:
    """Add somebody with the services open."""
    made = await desk.people.add(
        wanted.name,
        display_name=wanted.display_name,
        email=wanted.email,
        password=wanted.password,
        actor=actor(),
    )
    if isinstance(made, Refused):
        raise from_refusal(made)
    new = made.value
    if not wanted.totp:
        return Added(new.user, new.password)
    handed = await desk.hand_over.offer(new.user, "totp")
    if isinstance(handed, Refused):
        raise from_refusal(handed)
    if confirm:
        await _confirmed(desk, handed)
    else:
        await _set_up(desk, handed, None)
    return Added(new.user, new.password, handed.begin.show)


async def _confirmed(desk: Desk, handed: HandedOver) -> None:
    show_offer(handed.begin.show)
    for left in range(_TRIES, 0, -1):
        code = typer.prompt("The code that the app shows now")
        refused = await _set_up(desk, handed, Secret(code), last=left == 1)
        if refused is None:
            return
        remark(f"[red]{escape(SENTENCE[refused])}[/red]")


async def _set_up(desk: Desk, handed: HandedOver, code: Secret | None, *, last: bool = True) -> Reason | None:
    done = await desk.hand_over.set_up(handed, confirmed_by=code, actor=actor())
    if not isinstance(done, Refused):
        return None
    if last:
        raise from_refusal(done)
    return done.reason


def show_offer(offer: Offer) -> None:
    """Show an authenticator app's secret on the terminal."""
    if can_draw():
        print(qr_code(offer.uri))
    remark(f"Scan it with an authenticator app, or type the secret: [bold]{escape(offer.secret)}[/bold]")
