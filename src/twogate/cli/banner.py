"""What `twogate up` tells a person: that it is ready, what it protects, and what to do next.

Decides the words. Children's log lines become one readable line each on a terminal and pass unchanged elsewhere.
"""

import asyncio
import contextlib
import json
import shutil
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rich.markup import escape

from twogate.cli.children import Word
from twogate.cli.output import say
from twogate.cli.prepare import Prepared

_SHOWN = ("warning", "error", "critical")
_KNOCK_SECONDS = 1.0
FIRST = "/.twogate/first"
_FRAME = ("event", "level", "at", "logger")


@dataclass(slots=True)
class Standing:
    """What the children have told so far."""

    policy: str
    public_url: str
    people: int = 0
    policy_version: int = 0
    rules: int = 0
    first: str = ""  # the one-time code for the first administrator; empty = there is one

    def learn(self, word: Word) -> None:
        """Take over the counts in a child's word."""
        self.people = int(word.get("people", self.people))
        self.policy_version = int(word.get("published", self.policy_version))
        self.rules = int(word.get("rules", self.rules))
        self.first = str(word.get("first", self.first))

    def facts(self) -> dict[str, Any]:
        """What the JSON form of the banner says."""
        return {
            "url": self.public_url,
            "people": self.people,
            "policy": {"file": self.policy, "version": self.policy_version, "rules": self.rules},
            **first_facts(self.first, self.public_url),
        }


def ready_banner(standing: Standing, prepared: Prepared) -> None:
    """Print the banner."""
    data = prepared.installation.paths.data
    option = "" if str(data) == ".twogate" else f" --data {data}"
    program = _program()
    for thing in prepared.made:
        say(f"  [green]made[/green]    {escape(thing)}")
    listens = prepared.installation.settings.gateway.listen
    say(f"\n[bold green]Ready[/bold green]  [bold]{escape(standing.public_url)}[/bold]  (on {escape(listens)})")
    say(f"  policy  {escape(standing.policy)}, version {standing.policy_version}, {standing.rules} rules; watched")
    say(f"  people  {standing.people}")
    if standing.first:
        first_administrator(standing.first, standing.public_url)
    say("\nNext")
    if standing.people == 0:
        say(f"  [dim]$[/dim] {escape(program)} user add alice --totp{escape(option)}    [dim]the first person[/dim]")
    say(f"  [dim]$[/dim] curl -i {escape(standing.public_url)}/    [dim]what a stranger gets[/dim]")
    say(f"  open {escape(standing.public_url)}/.twogate/account in a browser to sign in")
    say("  Ctrl-C stops everything\n")


def first_facts(code: str, public_url: str) -> dict[str, Any]:
    """The same for machines; nothing where there is an administrator."""
    return {"first_administrator": {"code": code, "page": f"{public_url}{FIRST}"}} if code else {}


def first_administrator(code: str, public_url: str) -> None:
    """Say how the first administrator makes their account."""
    say(f"  [bold]no administrator yet[/bold]: open {escape(public_url)}{FIRST} and type this code (once, 24 hours)")
    print(f"    {code}")


async def silent_upstreams(upstreams: tuple[str, ...]) -> tuple[str, ...]:
    """Knock at the servers to be protected; return those where nobody opens. That is no reason not to start."""
    silent = []
    for url in upstreams:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            async with asyncio.timeout(_KNOCK_SECONDS):
                _, writer = await asyncio.open_connection(parts.hostname, port)
        except (OSError, TimeoutError):
            silent.append(url)
            continue
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return tuple(silent)


def _program() -> str:
    """How this person runs ``twogate``: a virtual environment is often not in the search path."""
    return "twogate" if shutil.which("twogate") or not sys.argv[0].endswith("twogate") else sys.argv[0]


def log_line(name: str, line: str) -> str:
    """Return a child's log line in rich markup; empty when a terminal need not see it."""
    try:
        entry = json.loads(line)
    except ValueError:
        return escape(line)
    if not isinstance(entry, dict) or not sys.stderr.isatty():
        return escape(line)
    level = str(entry.get("level", "info"))
    if level not in _SHOWN:
        return ""
    colour = "yellow" if level == "warning" else "red"
    rest = " ".join(f"{key}={value}" for key, value in entry.items() if key not in _FRAME)
    return f"[{colour}]{name}[/{colour}] {escape(str(entry.get('event', '')))} [dim]{escape(rest)}[/dim]"
