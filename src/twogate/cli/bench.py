"""``twogate bench``: figures that anybody can repeat.

Decides options and tables. What is measured is in ``bench_gateway``.
"""

from typing import Annotated, Any

import typer

from twogate.cli.options import AsJson, command_group, examples
from twogate.cli.output import print_json, print_table, remark
from twogate.outside.clock import SystemClock

app = command_group("Measure: the gateway beside bare HAProxy.")

_COLUMNS = ("server", "requests_per_second", "p50_ms", "p99_ms", "cpu_us_per_request", "of_bare", "of_bare_by_cpu")
Seconds = Annotated[int, typer.Option(min=1, max=120, help="How long each round takes.")]


@app.callback()
def _bench() -> None:
    """With one command only, typer would take its name away; a callback keeps it."""


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
