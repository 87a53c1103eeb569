"""``twogate client``: OAuth clients.

Decides how they are described on the command line. What a registration may say is ``rules.protocols.oauth2``.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli.database import opened
from twogate.cli.failures import CommandFailed, from_refusal, refused
from twogate.cli.in_force import in_force_facts, tell_in_force, wait_in_force
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, Yes, command_group, examples
from twogate.cli.output import print_json, print_table, remark, say, when
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Proving, Registration
from twogate.services.changes import InForce
from twogate.services.clients import Clients, RegisteredClient
from twogate.services.registration import Registering
from twogate.settings.installation import Installation
from twogate.store.unit import Store
from twogate.terms.client import AuthMethod, Client, ClientKind
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

app = command_group("OAuth clients: add, list, block, unblock, remove, secret, invite.")

Id = Annotated[str, typer.Argument(help="The client's id.", show_default=False)]
Method = Annotated[
    AuthMethod | None,
    typer.Option(
        "--auth-method",
        help="How it proves itself. [default: by its secret, if it has one]",
        show_default=False,
    ),
]
KeySet = Annotated[Path | None, typer.Option("--jwks", help="File with its JWK set.", show_default=False)]
Subject = Annotated[
    str, typer.Option("--tls-subject", help="Subject of its certificate, for tls_client_auth.", show_default=False)
]
Pushed = Annotated[bool, typer.Option("--require-pushed", help="Pushed authorization requests only.")]
Theirs = Annotated[bool, typer.Option("--third-party", help="It is somebody else's: people are asked first.")]
Dpop = Annotated[bool, typer.Option("--require-dpop", help="Tokens bound to its key (DPoP) only.")]
_COLUMNS = ("id", "name", "kind", "redirect_uris", "scope", "blocked")
_NONE = "no client yet; `twogate client add NAME --kind native` registers one"

Errand = Callable[[Clients], Awaitable[int | Refused | None]]


class ClientsFailed(CommandFailed):
    """A registration with mistakes; each becomes a line."""

    def __init__(self, mistakes: Sequence[Refused]) -> None:
        first = from_refusal(mistakes[0])
        super().__init__(first.code, first.text)
        self._mistakes = tuple(mistakes)

    @property
    def failures(self) -> tuple[CommandFailed, ...]:
        return tuple(from_refusal(mistake) for mistake in self._mistakes)


def _clients(store: Store) -> Clients:
    return Clients(store, SystemClock(), SystemEntropy())


@app.command(
    epilog=examples(
        "twogate client add cli --kind native --redirect http://127.0.0.1/callback",
        'twogate client add phone --kind first_party --scope "orders:read offline_access"',
        "twogate client add nightly-job --kind service --scope orders:read --json",
        "twogate client add robot --kind service --auth-method private_key_jwt --jwks keys.json --require-dpop",
    )
)
def add(
    name: Annotated[str, typer.Argument(help="A name that people recognise.", show_default=False)],
    *,
    kind: Annotated[ClientKind, typer.Option("--kind", help="What the program is.")] = ClientKind.NATIVE,
    redirect: Annotated[
        list[str] | None, typer.Option("--redirect", help="Redirect URI; may be repeated.", show_default=False)
    ] = None,
    scope: Annotated[
        str, typer.Option("--scope", help="Scopes it may ask for, separated by blanks.", show_default=False)
    ] = "",
    client_id: Annotated[str, typer.Option("--id", help="Its id. [default: made]", show_default=False)] = "",
    auth_method: Method = None,
    jwks: KeySet = None,
    tls_subject: Subject = "",
    require_pushed: Pushed = False,
    require_dpop: Dpop = False,
    third_party: Theirs = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Register a client. The secret of a confidential one is shown once.

    Kinds: browser, native and first_party are public programs in somebody's hands; web is a server with a secret or a
    key; service is a machine without a person.
    """
    wanted = Registration(
        name=name,
        kind=kind,
        redirect_uris=tuple(redirect or ()),
        scope=tuple(scope.split()),
        id=client_id,
        proving=Proving(auth_method or AuthMethod.BY_KIND, jwks=_key_set(jwks), tls_subject=tls_subject),
        require_pushed=require_pushed,
        require_dpop=require_dpop,
        third_party=third_party,
    )
    made = run(_add(existing(data), wanted))
    if as_json:
        print_json(_facts(made.client) | ({"secret": made.secret.text()} if made.secret else {}))
        return
    say(f"[green]registered[/green] {escape(made.client.id)}  {escape(name)} ({kind.value})")
    _show_secret(made.secret)


def _key_set(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise refused(f"{file} cannot be read: {error}", "name a file with a JWK set") from error


async def _add(found: Installation, wanted: Registration) -> RegisteredClient:
    async with opened(found) as store:
        made = await _clients(store).add(wanted, actor=actor())
        if isinstance(made, tuple):
            raise ClientsFailed(made)
        return made


def _show_secret(secret: Secret | None) -> None:
    if secret is not None:
        remark("Its secret, shown once:")
        print(secret.text())


@app.command("list", epilog=examples("twogate client list", "twogate client list --json"))
def show_all(data: Data = None, as_json: AsJson = False) -> None:
    """List the registered clients."""
    rows = [_facts(client) for client in run(_all(existing(data)))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty=_NONE)


async def _all(found: Installation) -> Sequence[Client]:
    async with opened(found) as store:
        return await _clients(store).list()


def _facts(client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "kind": client.kind.value,
        "confidential": client.confidential,
        "auth_method": client.auth_method.value,
        "require_pushed": client.require_pushed,
        "require_dpop": client.require_dpop,
        "redirect_uris": list(client.redirect_uris),
        "scope": list(client.scope),
        "created": when(client.created),
        "blocked": when(client.blocked),
    }


@app.command(epilog=examples("twogate client remove cli_abc --yes"))
def remove(client: Id, yes: Yes = False, data: Data = None, as_json: AsJson = False) -> None:
    """Remove a client: its tokens are refused at every gateway from then on."""
    found = existing(data)
    if not yes:
        typer.confirm(f"Remove {client}? Its tokens end at once.", abort=True)
    state = run(_errand(found, lambda clients: clients.remove(ClientId(client), actor=actor())))
    _done("removed", client, state, as_json=as_json)


@app.command(epilog=examples("twogate client block cli_abc"))
def block(client: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Stop a client: no new tokens, and its old ones are refused."""
    state = run(_errand(existing(data), lambda clients: clients.block(ClientId(client), actor=actor())))
    _done("blocked", client, state, as_json=as_json)


@app.command(epilog=examples("twogate client unblock cli_abc"))
def unblock(client: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Let a client in again. What was revoked stays revoked."""
    state = run(_errand(existing(data), lambda clients: clients.unblock(ClientId(client), actor=actor())))
    _done("unblocked", client, state, as_json=as_json)


async def _errand(found: Installation, errand: Errand) -> InForce | None:
    async with opened(found) as store:
        answer = await errand(_clients(store))
        if isinstance(answer, Refused):
            raise refused(_unknown(answer), "`twogate client list` shows the ids")
        return await wait_in_force(store, answer)


def _unknown(answer: Refused) -> str:
    return f"no such client{f': {answer.detail}' if answer.detail else ''}"


def _done(word: str, client: str, state: InForce | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": client, "done": word, "in_force": in_force_facts(state)})
        return
    say(f"[green]{word}[/green] {escape(client)}")
    tell_in_force(state)


@app.command(epilog=examples("twogate client secret cli_abc"))
def secret(client: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Give a confidential client a new secret; the old one is dead at once. It is shown once."""
    made = run(_secret(existing(data), client))
    if as_json:
        print_json({"id": client, "secret": made.text()})
    else:
        _show_secret(made)


async def _secret(found: Installation, client: str) -> Secret:
    async with opened(found) as store:
        made = await _clients(store).replace_secret(ClientId(client), actor=actor())
        if isinstance(made, Refused):
            raise refused(_unknown(made), "`twogate client list` shows the ids")
        return made


@app.command(epilog=examples("twogate client invite partner --uses 3 --days 7"))
def invite(
    name: Annotated[str, typer.Argument(help="Whom it is for.", show_default=False)],
    *,
    uses: Annotated[int, typer.Option("--uses", min=1, max=1_000, help="How many clients it may register.")] = 1,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How long it is good.")] = 7,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an initial access token, with which somebody registers a program of theirs (RFC 7591). It is shown once."""
    made = run(_invite(existing(data), name, uses=uses, days=days))
    if as_json:
        print_json({"name": name, "token": made.text(), "uses": uses, "days": days})
    else:
        _show_secret(made)


async def _invite(found: Installation, name: str, *, uses: int, days: int) -> Secret:
    async with opened(found) as store:
        errand = Registering(store, SystemClock(), SystemEntropy(), found.settings.registration)
        return await errand.invite(name, uses=uses, days=days, actor=actor())
