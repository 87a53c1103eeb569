"""``twogate bench``: figures that anybody can repeat.

Decides options and tables. What is measured is in ``bench_gateway``, ``bench_sign_in``,
``bench_forward_auth`` and ``bench_keystroke``.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from twogate.cli.options import AsJson, command_group, examples
from twogate.cli.output import print_json, print_table, remark, remarks, say
from twogate.outside.clock import SystemClock

app = command_group("Measure: the gateway beside bare HAProxy, sign-in beside bare Argon2id, decisions, typing.")

_COLUMNS = ("server", "requests_per_second", "p50_ms", "p99_ms", "cpu_us_per_request", "of_bare", "of_bare_by_cpu")
_OPERATIONS = ("operation", "per_second", "per_second_and_core", "p50_ms", "p99_ms", "cpu_ms_each")
Seconds = Annotated[int, typer.Option(min=1, max=120, help="How long each round takes.")]


@app.command(epilog=examples("twogate bench gateway", "twogate bench gateway --seconds 10 --rounds 5 --json"))
def gateway(
    *,
    rules: Annotated[int, typer.Option(min=10, max=50_000, help="Rules of the policy.")] = 1000,
    revoked: Annotated[int, typer.Option(min=0, max=2_000_000, help="Revoked grants it knows.")] = 100_000,
    seconds: Seconds = 4,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Rounds; the median is told.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Throughput and latency of the protected gateway, and what share of a bare proxy that is.

    HAProxy runs on one core, upstream, load (wrk) and log reader on another. nginx auth_request is measured where
    nginx is installed.
    """
    from twogate.cli.bench_gateway import Load, run_gateway_bench  # noqa: PLC0415  # only when it is asked for

    if not as_json:
        remark(f"about {(rounds + 1) * 6 * seconds} seconds")
    load = Load(rules=rules, revoked=revoked, seconds=seconds, rounds=rounds)
    found = run_gateway_bench(load, clock_seconds=SystemClock().now().seconds)
    _show(found, as_json=as_json)


def _show(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [{"server": name, **facts} for name, facts in found["servers"].items()]
    print_table(_COLUMNS, rows, empty="nothing was measured")


@app.command(name="sign-in", epilog=examples("twogate bench sign-in", "twogate bench sign-in --seconds 10 --json"))
def sign_in(*, seconds: Seconds = 4, as_json: AsJson = False) -> None:
    """Sign-ins, code checks, refreshes and service tokens of one control plane in a second.

    The real services on a new SQLite file, without HTTP. Password sign-ins stand beside the bare Argon2id rate of the
    same number of threads, measured in the same run.
    """
    from twogate.cli.bench_sign_in import Load, run_sign_in_bench  # noqa: PLC0415  # as above

    if not as_json:
        remark(f"about {8 * seconds} seconds")
    found = asyncio.run(run_sign_in_bench(Load(seconds=seconds), stage=_stage))
    if as_json:
        print_json(found)
        return
    rows = [{"operation": name, **facts} for name, facts in found["operations"].items()]
    print_table(_OPERATIONS, rows, empty="nothing was measured")
    rate, cpu = found["password_sign_in_of_argon2id"], found["password_sign_in_of_argon2id_by_cpu"]
    say(f"password sign-ins: {rate} of the bare Argon2id rate, {cpu} by processor time")


@app.command(
    name="forward-auth", epilog=examples("twogate bench forward-auth", "twogate bench forward-auth --seconds 10 --json")
)
def forward_auth(
    *,
    rules: Annotated[int, typer.Option(min=10, max=50_000, help="Rules of the policy.")] = 1000,
    revoked: Annotated[int, typer.Option(min=0, max=2_000_000, help="Revoked grants it knows.")] = 100_000,
    seconds: Seconds = 4,
    as_json: AsJson = False,
) -> None:
    """Decisions for foreign proxies in a second of one core.

    The application called directly, and over HTTP on one core where wrk is installed.
    """
    from twogate.cli.bench_forward_auth import Load, run_forward_auth_bench  # noqa: PLC0415  # as above

    if not as_json:
        remark(f"about {2 * seconds + 4} seconds")
    load = Load(rules=rules, revoked=revoked, seconds=seconds)
    found = run_forward_auth_bench(load, clock_seconds=SystemClock().now().seconds)
    if as_json:
        print_json(found)
        return
    rows = [{"asked": name, **facts} for name, facts in found["decisions"].items()]
    print_table(("asked", "per_second", "per_second_and_core", "cpu_us_each", "refused"), rows, empty="nothing")


@app.command(
    epilog=examples("twogate bench keystroke DSL-StrongPasswordData.csv", "twogate bench keystroke DATA.csv --json")
)
def keystroke(
    data: Annotated[Path, typer.Argument(help="CSV: subject, sessionIndex, rep, H.*, DD.*, UD.*", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """The equal error rate of the typing detector on a public data set.

    The protocol of Killourhy and Maxion (2009): for each subject it trains on the first 200 repetitions, tests on 200
    more, and is attacked with the first 5 repetitions of each other subject.
    """
    from twogate.cli.bench_keystroke import run_keystroke_bench  # noqa: PLC0415  # as above

    found = run_keystroke_bench(data)
    if as_json:
        print_json(found)
        return
    columns = ("detector", "people", "timings", "trained_on", "genuine", "impostor")
    print_table(columns, [found], empty="nothing was measured")
    say(f"equal error rate: {found['equal_error_rate']:.4f} (standard deviation {found['standard_deviation']:.4f})")


@contextmanager
def _stage(text: str) -> Iterator[None]:
    """Say on a terminal what is being measured; elsewhere nothing."""
    with remarks().status(text):
        yield
