"""``twogate logout``: revoke and forget this machine's tokens for an API.

Decides nothing else; what is revoked is refused by every gateway within a second.
"""

from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.as_client import CLIENT, ClientId, api_of, auth_of, explained
from twogate.cli.options import AsJson, Data, examples, single_command
from twogate.cli.output import print_json, remark, say

app = single_command()


@app.command(epilog=examples("twogate logout https://api.example.com", "twogate logout https://api.example.com --json"))
def logout(
    api_url: Annotated[
        str | None, typer.Argument(help="The API. [default: the one of the installation here]", show_default=False)
    ] = None,
    *,
    client_id: ClientId = CLIENT,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Revoke and forget this machine's tokens. They are forgotten even when the server does not answer.

    Exit codes: 0 forgotten, 2 wrong command line, 4 the place for tokens is not usable.
    """
    api = api_of(api_url, data)
    with explained(api):
        auth = auth_of(api, client_id, None)
        revoked = auth.sign_out()
    if as_json:
        print_json({"api": auth.api, "client_id": client_id, "revoked": revoked})
        return
    say(f"[green]signed out[/green] of {escape(auth.api)}")
    if not revoked:
        remark("[dim]no server heard of it: there was nothing to revoke, or it does not answer[/dim]")
