"""``twogate user``: people.

Decides how they are added and shown on a terminal, and that a secret is shown once. What happens to an account is
``services.people``.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli.add_user import Added, NewUser, add_user, show_offer
from twogate.cli.failures import from_refusal, refused
from twogate.cli.in_force import in_force_facts, tell_in_force, wait_in_force
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, Yes, command_group, examples
from twogate.cli.output import print_json, print_table, remark, say, when
from twogate.cli.people import Desk, open_desk
from twogate.cli.user_groups import add_to
from twogate.cli.user_secrets import read_password
from twogate.services.changes import InForce
from twogate.services.people import FactorsReset, NewPassword, Person
from twogate.settings.installation import Installation
from twogate.terms.account import User
from twogate.terms.ids import UserId
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

app = command_group("People: add, list, show, block, unblock, unlock, join, leave, coverage, reset-factors, password.")

Name = Annotated[str, typer.Argument(help="A person's name or id.", show_default=False)]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
_COLUMNS = ("name", "display_name", "email", "id", "second_factor", "blocked")
_PAGE = 500


@app.command(
    epilog=examples(
        "twogate user add alice --totp",
        'twogate user add bob --email bob@example.com --display-name "Bob B."',
        'printf %s "$PASSWORD" | twogate user add carol --password-stdin --json',
    )
)
def add(
    name: Annotated[str, typer.Argument(help="The name they sign in with.", show_default=False)],
    *,
    email: Annotated[str, typer.Option("--email", help="Where notices go.", show_default=False)] = "",
    display_name: Annotated[str, typer.Option("--display-name", help="As shown.", show_default=False)] = "",
    totp: Annotated[
        bool, typer.Option("--totp", help="Set up an authenticator app right here: a QR code in the terminal.")
    ] = False,
    password_stdin: PasswordStdin = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add a person. A password is made and shown once; they set up a second factor at their first sign-in.

    With --totp the second factor is set up here, and on a terminal confirmed with its first code.
    """
    found = existing(data)
    password = read_password(sys.stdin.buffer) if password_stdin else None
    wanted = NewUser(name, email=email, display_name=display_name, password=password, totp=totp)
    confirm = totp and not as_json and not password_stdin and sys.stdin.isatty()
    added = run(add_user(found, wanted, confirm=confirm))
    if as_json:
        print_json(_added_facts(added))
        return
    say(f"[green]added[/green] {escape(added.user.name)} [dim]({added.user.id})[/dim]")
    if added.offer is not None and not confirm:
        show_offer(added.offer)
    if added.password is not None:
        remark("Their password, shown once:")
        print(added.password.text())


def _added_facts(added: Added) -> dict[str, Any]:
    facts = _user_facts(added.user) | {"second_factor": added.offer is not None}
    if added.password is not None:
        facts["password"] = added.password.text()
    if added.offer is not None:
        facts["authenticator"] = {"secret": added.offer.secret.replace(" ", ""), "uri": added.offer.uri}
    return facts


@app.command("list", epilog=examples("twogate user list", "twogate user list --json"))
def show_all(data: Data = None, as_json: AsJson = False) -> None:
    """List everybody, by name."""
    rows = [_user_facts(user) for user in run(_all(existing(data)))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="nobody yet; `twogate user add NAME --totp` adds somebody")


async def _all(found: Installation) -> list[User]:
    users: list[User] = []
    async with open_desk(found) as desk:
        while True:
            page = await desk.people.list(after=users[-1].name if users else "", limit=_PAGE)
            users.extend(page)
            if len(page) < _PAGE:
                return users


def _user_facts(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "display_name": user.display_name,
        "email": user.email,
        "second_factor": user.enrolled_once,
        "created": when(user.created),
        "blocked": when(user.blocked),
    }


@app.command(epilog=examples("twogate user show alice", "twogate user show alice --json"))
def show(name: Name, data: Data = None, as_json: AsJson = False) -> None:
    """Show one person: factors, locks, sessions. Never a secret."""
    person = run(_look(existing(data), name))
    facts = _user_facts(person.user) | {
        "factors": list(person.factors),
        "locked": list(person.locked),
        "sessions": person.sessions,
    }
    if as_json:
        print_json(facts)
        return
    for key, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        say(f"[dim]{key.replace('_', ' '):14}[/dim] {escape(str('-' if shown in (None, '') else shown))}")


async def _look(found: Installation, name: str) -> Person:
    async with open_desk(found) as desk:
        person = await desk.people.look((await desk.find(name)).id)
        if person is None:
            raise refused(f"nobody is called {name}")
        return person


Errand = Callable[[Desk, UserId], Awaitable[int | None]]


@app.command(epilog=examples("twogate user block alice --yes"))
def block(name: Name, yes: Yes = False, data: Data = None, as_json: AsJson = False) -> None:
    """Block somebody: nobody signs in, sessions end, gateways refuse their tokens."""
    found = existing(data)
    if not yes:
        typer.confirm(f"Block {name}? Everything that is open ends at once.", abort=True)
    _tell(found, name, "blocked", errand=lambda desk, user: desk.people.block(user, actor=actor()), as_json=as_json)


@app.command(epilog=examples("twogate user unblock alice"))
def unblock(name: Name, data: Data = None, as_json: AsJson = False) -> None:
    """Let somebody sign in again. What ended stays ended."""
    errand: Errand = lambda desk, user: desk.people.unblock(user, actor=actor())  # noqa: E731  # typed
    _tell(existing(data), name, "unblocked", errand=errand, as_json=as_json)


def _tell(found: Installation, name: str, word: str, *, errand: Errand, as_json: bool) -> None:
    user, state = run(_on(found, name, errand))
    if as_json:
        print_json({"id": user.id, "name": user.name, "done": word, "in_force": in_force_facts(state)})
        return
    say(f"[green]{word}[/green] {escape(user.name)}")
    tell_in_force(state)


async def _on(found: Installation, name: str, errand: Errand) -> tuple[User, InForce | None]:
    async with open_desk(found) as desk:
        user = await desk.find(name)
        return user, await wait_in_force(desk.store, await errand(desk, user.id))


@app.command(epilog=examples("twogate user unlock alice"))
def unlock(name: Name, data: Data = None, as_json: AsJson = False) -> None:
    """Forget somebody's wrong tries, so that they may try again at once."""
    user, count = run(_unlock(existing(data), name))
    if as_json:
        print_json({"id": user.id, "name": user.name, "done": "unlocked", "budgets": count})
    else:
        say(f"[green]unlocked[/green] {escape(user.name)}" if count else f"{escape(user.name)} was not locked")


async def _unlock(found: Installation, name: str) -> tuple[User, int]:
    async with open_desk(found) as desk:
        user = await desk.find(name)
        return user, await desk.people.unlock(user.id, actor=actor())


@app.command("reset-factors", epilog=examples("twogate user reset-factors alice --yes"))
def reset_factors(name: Name, yes: Yes = False, data: Data = None, as_json: AsJson = False) -> None:
    """Remove every second factor of somebody who lost theirs. Recovery codes for the way back are shown once.

    Be sure who asks: hand the codes over in person. The password is still asked for.
    """
    found = existing(data)
    if not yes:
        typer.confirm(f"Remove every second factor of {name}? Their sessions end.", abort=True)
    done, state = run(_reset_factors(found, name))
    if as_json:
        print_json({"name": name, "codes": list(done.codes), "in_force": in_force_facts(state)})
        return
    say(f"[green]reset[/green] {escape(name)}")
    remark("Recovery codes, shown once, each good once:")
    print("\n".join(done.codes))
    tell_in_force(state)


async def _reset_factors(found: Installation, name: str) -> tuple[FactorsReset, InForce | None]:
    async with open_desk(found) as desk:
        done = await desk.people.reset_factors((await desk.find(name)).id, actor=actor())
        if isinstance(done, Refused):
            raise from_refusal(done)
        return done.value, await wait_in_force(desk.store, done.value.change)


@app.command(epilog=examples("twogate user password alice --yes"))
def password(
    name: Name, *, password_stdin: PasswordStdin = False, yes: Yes = False, data: Data = None, as_json: AsJson = False
) -> None:
    """Give somebody another password; it is shown once. Their second factor is still asked for."""
    found = existing(data)
    if not yes and not password_stdin:
        typer.confirm(f"Give {name} another password? Their sessions end.", abort=True)
    given = read_password(sys.stdin.buffer) if password_stdin else None
    made, state = run(_password(found, name, given))
    if as_json:
        shown = {"password": made.password.text()} if made.password else {}
        print_json({"name": made.user.name, "in_force": in_force_facts(state)} | shown)
        return
    say(f"[green]changed[/green] the password of {escape(made.user.name)}")
    if made.password is not None:
        remark("The new password, shown once:")
        print(made.password.text())
    tell_in_force(state)


async def _password(found: Installation, name: str, given: Secret | None) -> tuple[NewPassword, InForce | None]:
    async with open_desk(found) as desk:
        made = await desk.people.reset_password((await desk.find(name)).id, password=given, actor=actor())
        if isinstance(made, Refused):
            raise from_refusal(made)
        return made.value, await wait_in_force(desk.store, made.value.change)


add_to(app)
