"""``twogate login``: sign in to an API from this machine.

Decides which way is taken. Tokens are kept by the client library; ``twogate http`` and programs that use the library
find them there.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from twogate.cli.as_client import CLIENT, ClientId, How, api_of, auth_of, explained, usual_way, way_of
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, refused
from twogate.cli.options import AsJson, Data, examples, single_command
from twogate.cli.output import print_json, say
from twogate_client.kept import Kept

app = single_command()


@app.command(
    epilog=examples(
        "twogate login https://api.example.com",
        "twogate login https://api.example.com --device",
        "twogate login https://api.example.com --acr aal2 --max-age 300",
        "twogate login https://api.example.com --client-id nightly --client-secret-file secret.txt --json",
    )
)
def login(
    api_url: Annotated[
        str | None, typer.Argument(help="The API. [default: the one of the installation here]", show_default=False)
    ] = None,
    *,
    browser: Annotated[bool, typer.Option("--browser", help="Sign in with the browser of this machine.")] = False,
    device: Annotated[bool, typer.Option("--device", help="Show a code to type in a browser elsewhere.")] = False,
    client_id: ClientId = CLIENT,
    client_secret_file: Annotated[
        Path | None,
        typer.Option("--client-secret-file", help="Sign in as a service, by its secret.", show_default=False),
    ] = None,
    scope: Annotated[str, typer.Option("--scope", help="Scopes to ask for. [default: all]", show_default=False)] = "",
    acr: Annotated[str, typer.Option("--acr", help="Level to prove, such as aal2.", show_default=False)] = "",
    max_age: Annotated[
        int | None, typer.Option("--max-age", min=0, help="Seconds since the proof, at most.", show_default=False)
    ] = None,
    bearer: Annotated[bool, typer.Option("--bearer", help="Take tokens that are bound to no key.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Sign in to an API; the tokens are kept in the keyring, else in a file that only you can read.

    Everything is found from the API's address: its authorization server, and what that offers. Exit codes: 0 signed
    in, 1 refused, 2 wrong command line, 3 no answer, 4 the place for tokens is not usable.
    """
    how = _how(browser=browser, device=device, secret=client_secret_file)
    api = api_of(api_url, data)
    secret = _secret(client_secret_file) if client_secret_file else ""
    with explained(api):
        auth = auth_of(api, client_id, way_of(how, secret), scope=scope, bearer=bearer)
        kept = auth.sign_in(acr_values=acr, max_age=max_age)
    facts = facts_of(auth.api, kept) | {"kept_in": auth.kept_in}
    if as_json:
        print_json(facts)
        return
    say(f"[green]signed in[/green] to {escape(auth.api)} as {escape(client_id)}, tokens in the {facts['kept_in']}")


def facts_of(api: str, kept: Kept) -> dict[str, object]:
    """What may be told of a sign-in: no token, no key."""
    return {
        "api": api,
        "issuer": kept.server.issuer,
        "client_id": kept.client_id,
        "scope": kept.scope.split(),
        "way": kept.way,
        "bound": bool(kept.key),
        "renewable": bool(kept.refresh),
    }


def _how(*, browser: bool, device: bool, secret: Path | None) -> How:
    if browser + device + (secret is not None) > 1:
        raise CommandFailed(ExitCode.USAGE, "one of --browser, --device and --client-secret-file")
    if secret is not None:
        return How.CREDENTIALS
    if browser:
        return How.BROWSER
    return How.DEVICE if device else usual_way()


def _secret(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise refused(f"{file} cannot be read", "name a file with the client's secret") from error
