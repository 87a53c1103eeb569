"""``twogate policy explain REQUEST_ID``: a refusal of the past, explained from the access log.

Decides what is printed of the log line. In a file of its own, because it needs the database.
"""

from pathlib import Path

from rich.markup import escape

from twogate.cli.database import opened
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.cli.installed import existing, run
from twogate.cli.output import print_json, say, when
from twogate.cli.policy_explain import facts_of, print_explanation
from twogate.services.explain_request import Explained, Unexplained, explain_request
from twogate.settings.installation import Installation
from twogate.terms.access import AccessFacts
from twogate.terms.instant import Instant


def explain_id(request_id: str, *, data: Path | None, as_json: bool) -> ExitCode:
    """Explain a request; 0 when it was let through, 1 when it was refused."""
    found = run(_look_up(existing(data), request_id))
    if isinstance(found, Unexplained):
        raise CommandFailed(ExitCode.REFUSED, f"{request_id}: {found.why}")
    if as_json:
        print_json(
            {
                **facts_of(found.explanation),
                "line": dict(found.line),
                "reason": found.reason,  # what the gateway decided, as the exit status says
                "policy_version": found.policy_version,
            },
        )
    else:
        _print(found)
    return ExitCode.REFUSED if found.reason else ExitCode.OK


async def _look_up(found: Installation, request_id: str) -> Explained | Unexplained:
    async with opened(found) as store:
        return await explain_request(store, found.paths.traffic, request_id)


def _print(found: Explained) -> None:
    line = found.line
    at = when(Instant.from_seconds(float(line.get("t", 0))))
    asked = escape(f"{line.get('method')} {line.get('path')}")
    say(f"[bold]{asked}[/bold]  answered {line.get('status')}")
    say(f"[dim]{at}, from {escape(str(line.get('src')))}, policy version {found.policy_version}[/dim]")
    holder = _holder(str(line.get("facts", "")))
    if holder:
        say(f"[dim]by {escape(holder)}[/dim]")
    print_explanation(found.explanation, as_json=False)


def _holder(packed: str) -> str:
    try:
        facts = AccessFacts.unpack(packed)
    except ValueError:
        return ""
    return f"{facts.subject} through {facts.client}"
