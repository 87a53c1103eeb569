"""``twogate policy explain``: why a request was, or would be, let through or refused.

Decides how a made-up caller is described on the command line and how an explanation looks. What it says is
``rules.policy.explain``.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.markup import escape

from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed
from twogate.cli.installed import installation
from twogate.cli.options import AsJson, Data, examples
from twogate.cli.output import print_json, say
from twogate.cli.policy_file import read_policy
from twogate.outside.clock import SystemClock
from twogate.rules.assurance.level import Level
from twogate.rules.policy import countries
from twogate.rules.policy.explain import Explanation
from twogate.rules.policy.explain import explain as explain_request
from twogate.rules.policy.match import Matcher
from twogate.rules.policy.model import Policy
from twogate.rules.policy.notation import duration
from twogate.rules.policy.request import Absent, Address, Identity, Presented, RequestFacts
from twogate.terms.access import AccessFacts
from twogate.terms.instant import Instant

EPILOG = examples(
    "twogate policy explain 7c1e0f5a9b2d4e68",
    'twogate policy explain --request "POST /v1/transfers" --as alice --level aal1',
    'twogate policy explain --request "DELETE /v1/orders/7" --level aal2 --age 20m --address 10.1.2.3',
)
_REQUEST = re.compile(r"([A-Za-z]{1,20}) +(\S+)")
_LONG = 86_400
_TWO_FACTORS = 2

RequestId = Annotated[str | None, typer.Argument(help="Request id from a refusal or a log line.", show_default=False)]
Request = Annotated[
    str | None,
    typer.Option("--request", help='Instead of a request id: "METHOD /path" to try out.', show_default=False),
]
AsUser = Annotated[str, typer.Option("--as", help="Who calls.", show_default=False)]
AtLevel = Annotated[
    str, typer.Option("--level", help="What they have proved: aal1, aal2, phr, phrh, aal3.", show_default=False)
]
Age = Annotated[str, typer.Option("--age", help="How long ago they proved it.")]
Scope = Annotated[list[str] | None, typer.Option("--scope", help="A scope of the token; may be repeated.")]
FromAddress = Annotated[str, typer.Option("--address", help="The address they call from.")]
FromCountry = Annotated[
    str, typer.Option("--country", help="The country that address is in: DE, or local.", show_default=False)
]
FromAsn = Annotated[str, typer.Option("--asn", help="The autonomous system it belongs to: AS3320.", show_default=False)]
Machine = Annotated[bool, typer.Option("--api-token", help="The caller is an API token or a service account.")]
PolicyFile = Annotated[
    Path | None,
    typer.Option("--policy", help="Policy file. [default: the data directory's]", show_default=False),
]


def explain(
    request_id: RequestId = None,
    *,
    request: Request = None,
    subject: AsUser = "",
    level: AtLevel = "",
    age: Age = "0s",
    scope: Scope = None,
    address: FromAddress = "127.0.0.1",
    country: FromCountry = "",
    asn: FromAsn = "",
    api_token: Machine = False,
    policy: PolicyFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say which rule decides, what it needs, what was there, and the next step.

    Exit status 0 when the request is let through, 1 when it is refused.
    """
    if (request is None) == (request_id is None):
        raise CommandFailed(ExitCode.USAGE, "name a request id, or --request with a method and a path")
    if request_id is not None:
        from twogate.cli.explain_traffic import explain_id  # noqa: PLC0415  # needs the database, the rest does not

        raise typer.Exit(explain_id(request_id, data=data, as_json=as_json))
    now = SystemClock().now()
    loaded = read_policy(policy or installation(data).paths.policy)
    caller: Identity = Absent()
    if subject or level or api_token:
        facts = _facts(loaded, subject=subject or "somebody", level=_level(level), age=_age(age), now=now)
        caller = Presented(_machine(facts, scope) if api_token else _person(facts, scope))
    asked = _request(loaded, request or "", address=address, credential=not isinstance(caller, Absent))
    where = {"country": _place(countries.country, country), "asn": _place(countries.asn, asn)}
    facts_of_request = replace(asked, **{name: value for name, value in where.items() if value is not None})
    found = explain_request(Matcher.of(loaded), facts_of_request, caller, now=now)
    print_explanation(found, as_json=as_json)
    raise typer.Exit(ExitCode.REFUSED if found.outcome == "refused" else ExitCode.OK)


def _request(policy: Policy, text: str, *, address: str, credential: bool) -> RequestFacts:
    found = _REQUEST.fullmatch(text.strip())
    if found is None:
        raise CommandFailed(ExitCode.USAGE, f"--request {text!r}: not a request", 'write "METHOD /path"')
    return RequestFacts(
        method=found[1].upper(),
        target=found[2],
        host=urlsplit(policy.public_url).netloc,
        address=_address(address),
        bearers=int(credential),
        authorizations=int(credential),
    )


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError:
        raise CommandFailed(ExitCode.USAGE, f"--address {text}: not an IP address") from None


def _place(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text) if text else None
    except ValueError as error:
        raise CommandFailed(ExitCode.USAGE, f"{text}: {error}") from None


def _level(text: str) -> Level:
    try:
        return Level.from_acr(text.lower() or Level.AAL1.acr)
    except ValueError:
        known = ", ".join(level.acr for level in Level)
        raise CommandFailed(ExitCode.USAGE, f"--level {text}: no such level", f"known: {known}") from None


def _age(text: str) -> int:
    try:
        return 0 if text == "0s" else duration(text)
    except ValueError as error:
        raise CommandFailed(ExitCode.USAGE, f"--age {text}: {error}") from None


def _facts(policy: Policy, *, subject: str, level: Level, age: int, now: Instant) -> AccessFacts:
    return AccessFacts(
        subject=subject,
        grant="tried-out",
        rank=int(level),
        auth_time=now.seconds - age,
        expires=now.seconds + _LONG,
        not_before=now.seconds - age,
        factors=_TWO_FACTORS if level >= Level.AAL2 else 1,
        audience=policy.audience,
        client="cli",
    )


def _person(facts: AccessFacts, scope: list[str] | None) -> AccessFacts:
    return AccessFacts(**(asdict(facts) | {"scope": tuple(scope or ())}))


def _machine(facts: AccessFacts, scope: list[str] | None) -> AccessFacts:
    """API tokens and service accounts are aal1 and never a person's presence."""
    return AccessFacts(
        **(asdict(facts) | {"scope": tuple(scope or ()), "rank": int(Level.AAL1), "auth_time": 0, "factors": 1})
    )


def facts_of(found: Explanation) -> dict[str, Any]:
    """The JSON form of an explanation."""
    return asdict(found)


def print_explanation(found: Explanation, *, as_json: bool) -> None:
    """Print an explanation."""
    if as_json:
        print_json(facts_of(found))
        return
    colour = "red" if found.outcome == "refused" else "green"
    reason = f" ({found.reason.value})" if found.reason else ""
    say(f"[bold {colour}]{found.outcome}[/bold {colour}]{reason}  {escape(found.sentence)}")
    if found.path:
        say(f"[dim]path as matched[/dim]  {escape(found.path)}")
    for rule in found.considered:
        mark = "[bold]>[/bold]" if rule.decides else " "
        say(f"{mark} {escape(rule.rule)} [dim](line {rule.line})[/dim] {escape(rule.template)}: {escape(rule.why)}")
    for condition in found.conditions:
        mark = "[green]yes[/green]" if condition.passed else "[red]no [/red]"
        say(f"  {mark} needs {escape(condition.needed)}; had {escape(condition.had)}")
    if found.detail:
        say(f"[dim]detail[/dim]  {escape(found.detail)}")
    if found.next_step:
        say(f"[bold]next[/bold]  {escape(found.next_step)}")
