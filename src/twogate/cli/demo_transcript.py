"""The demo as a transcript: what is tried, what came back, what it means, and whether it is as told.

Decides the look, and that one thing that is not as told makes the whole demo fail.
"""

import json

import httpx2
from rich.markup import escape

from twogate.cli.output import console

_SHOWN_HEADERS = ("www-authenticate", "location", "retry-after", "ratelimit-policy", "ratelimit")
_WIDTH = 66


class NotAsTold(Exception):  # noqa: N818  # it says what happened
    """Something in the story came out otherwise."""


class Transcript:
    """Prints the story and keeps count."""

    def __init__(self) -> None:
        self.steps = 0
        self.checks = 0
        self.failed: list[str] = []
        self._print = console().print

    def step(self, title: str) -> None:
        """Begin a step."""
        self.steps += 1
        self._print(f"\n[bold cyan]{self.steps:2}  {escape(title)}[/bold cyan]")

    def note(self, text: str) -> None:
        """Say what it means."""
        self._print(f"    [dim]{escape(text)}[/dim]")

    def answer(self, line: str, response: httpx2.Response) -> None:
        """Show a request line and what came back."""
        colour = "green" if response.is_success else "red" if response.is_server_error else "yellow"
        status = f"[{colour}]{response.status_code}[/{colour}]"
        self._print(f"    {escape(line):{_WIDTH}} {status}  {escape(_gist(response))}")
        for name in _SHOWN_HEADERS:
            if name in response.headers:
                self._print(f"      [dim]{name}: {escape(response.headers[name])}[/dim]", soft_wrap=True)

    def expect(self, is_so: bool, told: str) -> None:
        """Check one thing that was told."""
        self.checks += 1
        mark = "[green]ok[/green] " if is_so else "[bold red]NOT AS TOLD[/bold red] "
        self._print(f"    {mark}{escape(told)}")
        if not is_so:
            self.failed.append(f"step {self.steps}: {told}")

    def must(self, is_so: bool, told: str) -> None:
        """Check one thing without which the story cannot go on.

        Raises:
            NotAsTold: it is not so.
        """
        self.expect(is_so, told)
        if not is_so:
            raise NotAsTold(told)

    def box(self, title: str, text: str) -> None:
        """Show a text that arrived, a mail for example."""
        self._print(f"    [bold]{escape(title)}[/bold]")
        for line in text.splitlines():
            self._print(f"      [dim]|[/dim] {escape(line)}")

    def line(self, text: str = "") -> None:
        """Print a line with markup."""
        self._print(text)


def _gist(response: httpx2.Response) -> str:
    """One glance at a body: its reason, error or first members; never a token."""
    try:
        body = response.json()
    except (ValueError, UnicodeDecodeError):
        return response.headers.get("content-type", "").partition(";")[0]
    if isinstance(body, dict):
        for key in ("reason", "error"):
            if key in body:
                return str(body[key])
        if "access_token" in body or "authorization_code" in body:
            return ", ".join(sorted(body))
    text = json.dumps(body)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
