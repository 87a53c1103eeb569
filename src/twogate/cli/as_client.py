"""What ``login``, ``logout`` and ``http`` share: this machine's sign-in at an API, by the client library.

Decides under which client the command line signs in, and what a person reads when it does not work.
"""

import contextlib
import webbrowser
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.markup import escape

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, misconfigured, refused, unavailable
from twogate.cli.output import remark
from twogate_client import (
    AddressRefusedError,
    Browser,
    ClientCredentials,
    Code,
    Device,
    KeepingError,
    SignInError,
    TwogateAuth,
    TwogateError,
    UnavailableError,
)
from twogate_client.keepers import usual
from twogate_client.token_endpoint import Binding
from twogate_client.ways.way import Way

CLIENT = "twogate-cli"
_REGISTER = (
    f"`twogate client add 'Command line' --id {CLIENT} --kind native --redirect http://127.0.0.1/callback` registers it"
)
_UNKNOWN = frozenset({"invalid_client", "unauthorized_client"})

ClientId = Annotated[str, typer.Option("--client-id", help="The client to sign in as.")]


class How(Enum):
    """How somebody signs in."""

    BROWSER = "browser"
    DEVICE = "device"
    CREDENTIALS = "credentials"


def way_of(how: How, secret: str = "") -> Way:
    """Return the way, with words for a terminal."""
    match how:
        case How.BROWSER:
            return Browser(open=_open)
        case How.DEVICE:
            return Device(show=_show)
        case How.CREDENTIALS:
            return ClientCredentials(secret)


def usual_way() -> How:
    """A browser where there is one, else a code to type somewhere else."""
    try:
        webbrowser.get()
    except webbrowser.Error:
        return How.DEVICE
    return How.BROWSER


def _open(address: str) -> None:
    remark(f"Sign in with your browser. If none opens: [bold]{escape(address)}[/bold]")
    webbrowser.open(address)


def _show(code: Code) -> None:
    remark(f"To sign in, open [bold]{escape(code.address)}[/bold] and type [bold]{escape(code.code)}[/bold]")


def auth_of(api: str, client: str, way: Way | None, *, scope: str = "", bearer: bool = False) -> TwogateAuth:
    """Return this machine's sign-in at an API; what is kept outlives the command, a service's tokens too."""
    binding = Binding.BEARER if bearer else Binding.DPOP
    return TwogateAuth(api, client, way=way, scope=scope, binding=binding, keeper=usual())


def api_of(given: str | None, data: Path | None) -> str:
    """The API that is meant: the one that was named, else the one of the installation here."""
    if given is not None:
        return given
    from twogate.cli.audience import policy_in_force  # noqa: PLC0415  # the database, for those who need it
    from twogate.cli.database import opened  # noqa: PLC0415  # likewise
    from twogate.cli.installed import existing, run  # noqa: PLC0415  # likewise

    async def ask() -> str:
        found = existing(data)
        async with opened(found) as store:
            return (await policy_in_force(found, store)).public_url

    return run(ask())


@contextlib.contextmanager
def explained(api: str) -> Iterator[None]:
    """Turn what the library raises into one line and an exit code."""
    try:
        yield
    except AddressRefusedError as error:
        raise CommandFailed(
            ExitCode.USAGE, str(error), "an API is an address such as https://api.example.com"
        ) from error
    except UnavailableError as error:
        raise unavailable(str(error), "is it running, and is the address right?") from error
    except KeepingError as error:
        raise misconfigured(str(error), f"`twogate logout {api}` forgets what is kept") from error
    except SignInError as error:
        raise refused(str(error), _REGISTER if error.code in _UNKNOWN else "try again") from error
    except TwogateError as error:
        raise refused(str(error), "is this API behind Twogate, and is the address its public one?") from error
    except httpx2.InvalidURL as error:
        raise CommandFailed(ExitCode.USAGE, f"no address: {error}", "write https://host/path") from error
    except httpx2.HTTPError as error:
        raise unavailable(f"{api} does not answer: {type(error).__name__}", "is it running?") from error
