"""The command ``twogate``: finds the command's own file, loads only that, and turns every failure into one line.

Decides names and order of the commands. What a command does is in the file named after it.
"""

import contextlib
import gc
import importlib
import os
import resource
import sys
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from typer._click import Command, Context
from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError
from typer.core import TyperCommand, TyperGroup

from twogate import __version__
from twogate.cli.exit_codes import MEANING, ExitCode
from twogate.cli.failures import CommandFailed, explain
from twogate.cli.options import examples

_PANEL_RUN = "Run"
_PANEL_PEOPLE = "People and programs"
_PANEL_WATCH = "Rules and records"
_PANEL_CALL = "Call an API behind Twogate"

COMMANDS: dict[str, tuple[str, str]] = {
    "up": (_PANEL_RUN, "Protect a server: control plane and gateway on this machine, ready in seconds."),
    "demo": (_PANEL_RUN, "Walk the whole story on a sample API: sign-in, step-up, revocation, lockout, quota."),
    "init": (_PANEL_RUN, "Make a data directory: master key, database, a policy to start from."),
    "control": (_PANEL_RUN, "Run a control plane alone (many machines)."),
    "edge": (_PANEL_RUN, "Run a gateway node alone (many machines)."),
    "forward-auth": (_PANEL_RUN, "Decide for nginx, Traefik, Caddy, Envoy or HAProxy (many machines)."),
    "doctor": (_PANEL_RUN, "Look over this installation and say what to do about what is wrong."),
    "bench": (_PANEL_RUN, "Measure: the gateway beside bare HAProxy, sign-in beside bare Argon2id."),
    "user": (_PANEL_PEOPLE, "People: add, list, show, block, unlock, reset."),
    "recovery": (_PANEL_PEOPLE, "Ways back into accounts that are under way: list, stop."),
    "client": (_PANEL_PEOPLE, "OAuth clients: add, list, remove."),
    "hardware-token": (_PANEL_PEOPLE, "Tokens with serials: import, list, assign, unassign, resync, remove."),
    "token": (_PANEL_PEOPLE, "API tokens: add, list, revoke."),
    "edge-key": (_PANEL_PEOPLE, "Keys of gateway nodes: add, list, remove."),
    "policy": (_PANEL_WATCH, "The policy: check, diff, explain, publish, show, schema."),
    "key": (_PANEL_WATCH, "Signing keys: list, rotate, withdraw."),
    "audit": (_PANEL_WATCH, "The audit log: list, verify, export."),
    "login": (_PANEL_CALL, "Sign in to an API from this machine, by browser or by device."),
    "http": (_PANEL_CALL, "Send a request to an API, with tokens, proofs and step-up taken care of."),
    "logout": (_PANEL_CALL, "Revoke and forget this machine's tokens."),
}


def _load(name: str) -> Command:
    gc.disable()  # what is loaded stays: looking for garbage in it would take a sixth of the start
    app = importlib.import_module(f"twogate.cli.{name.replace('-', '_')}").app
    assert isinstance(app, typer.Typer)  # noqa: S101  # each command file offers one
    app.info.name = name
    app.rich_markup_mode = "rich"
    app.pretty_exceptions_enable = False
    command = typer.main.get_command(app)
    command.name = name
    gc.freeze()
    gc.enable()
    return command


class Commands(TyperGroup):
    """The table above as a group: help reads the table, running reads the command's file."""

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002  # typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:  # noqa: ARG002  # typer's signature
        if cmd_name not in COMMANDS:
            return None
        panel, text = COMMANDS[cmd_name]
        return TyperCommand(cmd_name, help=text, rich_help_panel=panel)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        name = args[0]
        if name in COMMANDS:
            return name, _load(name), args[1:]
        near = get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
        hint = f"did you mean `twogate {near[0]}`?" if near else "`twogate --help` lists the commands"
        raise UsageError(f"no such command: {name}|{hint}", ctx=ctx)


app = typer.Typer(
    cls=Commands,
    name="twogate",
    help="A second factor in front of any HTTP API, without changing the API.",
    epilog=examples(
        "twogate demo",
        "twogate up --upstream http://127.0.0.1:9000",
        "twogate user add alice --totp",
    ),
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        print(f"twogate {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks (also: TWOGATE_DEBUG=1).")
    ] = False,  # main reads it
    version: Annotated[  # its callback acts
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line and leave with one of the documented exit codes."""
    os.umask(0o077)  # whatever a command writes is its owner's
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))  # a dump holds keys
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    arguments = [argument for argument in arguments if argument != "--debug"]
    sys.exit(run(arguments, debug=debug))


def run(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command line; returns the exit code and prints what a person must know."""
    try:
        code: Any = typer.main.get_command(app)(arguments, prog_name="twogate", standalone_mode=False)
        return int(code) if isinstance(code, int) else ExitCode.OK
    except NoArgsIsHelpError as error:
        error.show()
        return ExitCode.USAGE
    except ClickException as error:
        return _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            sys.stdout.close()
        return ExitCode.OK
    except Exception as error:
        from twogate.settings.environment import read_environment  # noqa: PLC0415  # only when something failed

        if debug or read_environment().debug:
            raise
        return _failed(explain(error))


def _usage(error: ClickException) -> int:
    from twogate.cli.output import fail  # noqa: PLC0415  # rich is loaded when there is something to print

    context = getattr(error, "ctx", None)
    text, _, hint = error.format_message().partition("|")
    path = context.command_path if context is not None else "twogate"
    fail(CommandFailed(ExitCode.USAGE, text.rstrip("."), hint or f"`{path} --help` shows how"))
    return ExitCode.USAGE


def _failed(failures: tuple[CommandFailed, ...]) -> int:
    from twogate.cli.output import fail  # noqa: PLC0415  # as above

    for failure in failures:
        fail(failure)
    return failures[0].code if failures else ExitCode.INTERNAL


if __name__ == "__main__":
    main()


__all__ = ["COMMANDS", "MEANING", "ExitCode", "app", "main", "run"]
