"""``twogate token``: API tokens of people and service accounts.

Decides how they are asked for on the command line. How long one lives and who may have one is
``services.api_tokens``.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape

from twogate.cli.audience import policy_in_force
from twogate.cli.database import opened
from twogate.cli.failures import CommandFailed, from_refusal, refused
from twogate.cli.in_force import in_force_facts, tell_in_force, wait_in_force
from twogate.cli.installed import actor, existing, run
from twogate.cli.options import AsJson, Data, Yes, command_group, examples
from twogate.cli.output import print_json, print_table, remark, say, when
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.services.api_tokens import ApiTokens, CreatedApiToken
from twogate.services.changes import InForce
from twogate.settings.installation import Installation
from twogate.store.unit import Store
from twogate.terms.ids import ApiTokenId, ClientId
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.session import ApiToken
from twogate.terms.verdict import Refused

app = command_group("API tokens: add, list, revoke.")

_COLUMNS = ("id", "owner", "name", "scope", "state", "expires", "last_used")


@app.command(
    epilog=examples(
        'twogate token add alice --name "backup script" --scope orders:read --days 90',
        "twogate token add nightly-job --name ci --json",
    )
)
def add(
    owner: Annotated[str, typer.Argument(help="A person's name, or a service account's id.", show_default=False)],
    *,
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "API token",
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="A scope; may be repeated.", show_default=False)
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="How long it lives.")] = 90,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and show it once. It is worth aal1 and never stands for a person's presence."""
    wanted = {"name": name, "scope": tuple(scope or ()), "days": days}
    made, state = run(_add(existing(data), owner, wanted))
    if as_json:
        print_json(_facts(made.token) | {"token": made.secret.text(), "in_force": in_force_facts(state)})
        return
    remark(f"{made.token.id}, good until {when(made.token.expires)}. The token, shown once:")
    print(made.secret.text())
    tell_in_force(state)


async def _add(found: Installation, owner: str, wanted: dict[str, Any]) -> tuple[CreatedApiToken, InForce | None]:
    async with opened(found) as store:
        tokens = await _tokens(found, store)
        made = await tokens.create(await _owner(store, owner), actor=actor(), **wanted)
        if isinstance(made, Refused):
            raise _no(made, owner)
        return made, await wait_in_force(store, made.change)


def _no(answer: Refused, owner: str) -> CommandFailed:
    if answer.reason is Reason.NOT_FOUND:
        return refused(f"nobody is called {owner}", "`twogate user list` and `twogate client list` show who there is")
    return from_refusal(answer)


async def _tokens(found: Installation, store: Store) -> ApiTokens:
    policy = await policy_in_force(found, store)
    return ApiTokens(store, SystemClock(), SystemEntropy(), policy.audience, found.settings.tokens)


async def _owner(store: Store, name: str) -> str:
    """Return the id of a person by name; anything else is taken for a client's id."""
    async with store.read() as unit:
        user = await unit.users.by_name(name)
        if user is not None:
            return user.id
        client = await unit.clients.get(ClientId(name))
        return client.id if client is not None else name


@app.command("list", epilog=examples("twogate token list", "twogate token list --owner alice --json"))
def show_all(
    owner: Annotated[str, typer.Option("--owner", help="Only this owner's.", show_default=False)] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List API tokens; never the tokens themselves, which nobody knows any more."""
    rows = [_facts(token) for token in run(_all(existing(data), owner))]
    if as_json:
        print_json(rows)
    else:
        print_table(_COLUMNS, rows, empty="no API token yet; `twogate token add OWNER` makes one")


async def _all(found: Installation, owner: str) -> Sequence[ApiToken]:
    async with opened(found) as store:
        tokens = await _tokens(found, store)
        return await (tokens.of(await _owner(store, owner)) if owner else tokens.list())


def _facts(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "owner": token.owner,
        "name": token.name,
        "scope": list(token.scope),
        "audience": token.audience,
        "state": _state(token, SystemClock().now()),
        "created": when(token.created),
        "expires": when(token.expires),
        "last_used": when(token.last_used),
    }


def _state(token: ApiToken, now: Instant) -> str:
    if token.revoked is not None:
        return "revoked"
    return "good" if now < token.expires else "expired"


@app.command(epilog=examples("twogate token revoke tok_abc --yes"))
def revoke(
    token: Annotated[str, typer.Argument(help="The token's id, tok_...", show_default=False)],
    yes: Yes = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a token: it is refused at every gateway from then on."""
    found = existing(data)
    if not yes:
        typer.confirm("Revoke it? Whoever uses it is refused from then on.", abort=True)
    name, state = run(_revoke(found, token))
    if as_json:
        print_json({"id": name, "done": "revoked", "in_force": in_force_facts(state)})
        return
    say(f"[green]revoked[/green] {escape(name)}")
    tell_in_force(state)


async def _revoke(found: Installation, token: str) -> tuple[str, InForce | None]:
    async with opened(found) as store:
        tokens = await _tokens(found, store)
        answer = await tokens.revoke(ApiTokenId(token), actor=actor())
        if isinstance(answer, Refused):
            text = "it was revoked before" if answer.reason is Reason.TOKEN_REVOKED else "no such API token"
            raise refused(text, "`twogate token list` shows the ids")
        return token, await wait_in_force(store, answer)
