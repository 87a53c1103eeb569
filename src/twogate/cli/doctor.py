"""``twogate doctor``: looks over an installation and says what to do about what is wrong.

Decides what is looked at, in which order, and what counts as a warning or a failure. Nothing is changed.
"""

import asyncio
import contextlib
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import httpx2
import typer
from cryptography import x509
from rich.markup import escape

from twogate.cli.database import opened
from twogate.cli.edge_options import edge_config
from twogate.cli.exit_codes import ExitCode
from twogate.cli.failures import CommandFailed, explain
from twogate.cli.installed import existing, run
from twogate.cli.options import AsJson, Data, examples, single_command
from twogate.cli.output import print_json, say
from twogate.cli.policy_file import counted, read_checked
from twogate.dataplane.binary import find_binary
from twogate.dataplane.faults import AddressTakenError, RuntimeApiError
from twogate.dataplane.runtime import RuntimeApi
from twogate.dataplane.supervise import ensure_free
from twogate.outside.clock import SystemClock
from twogate.outside.geo import Geo
from twogate.rules.haproxy.emit.places import wanted_asns, wanted_countries
from twogate.settings.installation import Installation
from twogate.terms.edges import Edge

app = single_command()

Health = Literal["ok", "warn", "fail"]
_COLOUR: dict[Health, str] = {"ok": "green", "warn": "yellow", "fail": "red"}
_LOW_DISK = 500_000_000
_NO_DISK = 50_000_000
_LIVE_SECONDS = 60
_CERTIFICATE_WARNING_DAYS = 21
_PLACES_WARNING_DAYS = 45  # addresses change hands every week
_TCP_LISTEN = "0A"
_YEAR_2026 = 1_767_225_600


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    health: Health
    what: str
    seen: str
    advice: str = ""


@app.command(epilog=examples("twogate doctor", "twogate doctor --data /var/lib/twogate --json"))
def doctor(data: Data = None, as_json: AsJson = False) -> None:
    """Look over this installation. Exit status 1 when something fails."""
    found = existing(data)
    findings = [finding for look in _LOOKS for finding in _guarded(look, found)]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for one in findings:
            mark = f"[{_COLOUR[one.health]}]{one.health:4}[/{_COLOUR[one.health]}]"
            say(f"{mark}  {escape(one.what):12}  {escape(one.seen)}")
            if one.advice:
                say(f"      {'':12}  [dim]{escape(one.advice)}[/dim]")
    if any(finding.health == "fail" for finding in findings):
        raise typer.Exit(ExitCode.REFUSED)


def _guarded(look: Callable[[Installation], Iterator[Finding]], found: Installation) -> list[Finding]:
    """A look that itself fails is a finding, and the next one is still taken."""
    try:
        return list(look(found))
    except CommandFailed as failure:
        return [Finding("fail", look.__name__.strip("_"), failure.text, failure.hint)]
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told in one line
        return [Finding("fail", look.__name__.strip("_"), one.text, one.hint) for one in explain(error)]


def _programs(found: Installation) -> Iterator[Finding]:
    yield Finding("ok", "python", sys.version.split()[0])
    facts = find_binary(found.settings.gateway.haproxy).facts()
    openssl = f"OpenSSL {facts['openssl']} from {facts['openssl_from']}"
    yield Finding("ok", "haproxy", f"{facts['version']} ({facts['source']}), {openssl}")


def _clock(_: Installation) -> Iterator[Finding]:
    now = SystemClock().now()
    if now.seconds < _YEAR_2026:
        yield Finding("fail", "clock", now.isoformat(), "set the clock: codes and tokens depend on it (NTP)")
    else:
        yield Finding("ok", "clock", now.isoformat())


def _files(found: Installation) -> Iterator[Finding]:
    for path in (found.paths.data, found.paths.master_key):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Finding("fail", "files", f"{path} is open to others ({mode:o})", f"chmod go= {path}")
        else:
            yield Finding("ok", "files", f"{path} ({mode:o})")
    free = shutil.disk_usage(found.paths.data).free
    health: Health = "fail" if free < _NO_DISK else "warn" if free < _LOW_DISK else "ok"
    yield Finding(health, "disk", f"{free // 1_000_000:,} MB free", "" if health == "ok" else "make room on this disk")


def _policy(found: Installation) -> Iterator[Finding]:
    checked, _ = read_checked(found.paths.policy)
    if checked.policy is None:
        yield Finding("fail", "policy", "has mistakes", f"twogate policy check {found.paths.policy}")
        return
    notes = len(checked.findings)
    advice = f"twogate policy check {found.paths.policy}" if notes else ""
    yield Finding("warn" if notes else "ok", "policy", counted(len(checked.policy.rules), "rule"), advice)


def _database(found: Installation) -> Iterator[Finding]:
    edges = run(_edges(found))
    yield Finding("ok", "database", "opens, schema up to date")
    for edge, behind in edges:
        heard = edge.seen is not None and SystemClock().now().since(edge.seen) < _LIVE_SECONDS
        if edge.fault:
            yield Finding("fail", "edge", f"{edge.name}: {edge.fault}", "the last good policy is in force there")
        elif not heard:
            yield Finding("warn", "edge", f"{edge.name}: not heard lately", "start it: `twogate up` or `twogate edge`")
        else:
            yield Finding(
                "ok", "edge", f"{edge.name}: policy {edge.policy_version}, {counted(behind, 'change')} behind"
            )


async def _edges(found: Installation) -> list[tuple[Edge, int]]:
    async with opened(found) as store, store.read() as unit:
        head = await unit.feed.head()
        return [(edge, max(0, head - edge.position)) for edge in await unit.edges.list()]


def _control(found: Installation) -> Iterator[Finding]:
    if asyncio.run(_answers(found.control_socket)):
        yield Finding("ok", "control", f"answers on {found.control_socket}")
    else:
        yield Finding("warn", "control", "does not answer", "start it with `twogate up` or `twogate control`")


async def _answers(socket: Path) -> bool:
    transport = httpx2.AsyncHTTPTransport(uds=str(socket))
    async with httpx2.AsyncClient(transport=transport, base_url="http://control", timeout=3) as client:
        try:
            return (await client.get("/.twogate/health")).is_success
        except httpx2.HTTPError:
            return False


def _listen(found: Installation) -> Iterator[Finding]:
    config = edge_config(found)
    for host, port in config.listens():
        try:
            ensure_free(host, port)
        except AddressTakenError as error:
            if asyncio.run(_ours(RuntimeApi(config.master_socket), port)):
                yield Finding("ok", "listen", f"{host}:{port}: our gateway listens there")
            else:
                yield Finding("fail", "listen", str(error), "`gateway.listen` in settings.toml, or --listen, moves us")
        else:
            yield Finding("ok", "listen", f"{host}:{port} is free")


async def _ours(haproxy: RuntimeApi, port: int) -> bool:
    """Whether it is this installation's HAProxy that listens on the port, as the kernel has it (proc(5))."""
    try:
        workers = await haproxy.workers()
    except RuntimeApiError:
        return False
    sockets = _listening(port)
    return any(sockets & _sockets_of(worker.pid) for worker in workers)


def _listening(port: int) -> set[str]:
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            _, local, _, state, *_, inode = line.split()[:10]
            if state == _TCP_LISTEN and int(local.rpartition(":")[2], 16) == port:
                found.add(f"socket:[{inode}]")
    return found


def _sockets_of(pid: int) -> set[str]:
    held = set()
    with contextlib.suppress(OSError):  # it has ended, or it is somebody else's
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                held.add(str(descriptor.readlink()))
    return held


def _certificate(found: Installation) -> Iterator[Finding]:
    path = found.settings.gateway.tls_cert
    if path is None:
        yield Finding("ok", "tls", "no certificate set: plain HTTP, for loopback or behind a TLS terminator only")
        return
    until = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    days = int((until - SystemClock().now().utc()).total_seconds() // 86_400)
    health: Health = "fail" if days < 0 else "warn" if days < _CERTIFICATE_WARNING_DAYS else "ok"
    yield Finding(health, "tls", f"{path} good for {days} days", "" if health == "ok" else "renew it; it is taken over")


def _places(found: Installation) -> Iterator[Finding]:
    clock = SystemClock()
    geo = Geo(found.settings.places, clock)
    for file in geo.files:
        days = int(clock.now().since(file.built) // 86_400)
        old = days > _PLACES_WARNING_DAYS
        yield Finding(
            "warn" if old else "ok", "places", f"{file.path}, {days} days old", "get a newer one" if old else ""
        )
    geo.close()
    config, (checked, _) = edge_config(found), read_checked(found.paths.policy)
    named = checked.policy and (wanted_countries(checked.policy), wanted_asns(checked.policy))
    for wanted, path, key in zip(named or (), (config.country_file, config.asn_file), _PLACE_KEYS, strict=False):
        if wanted and path is None:
            yield Finding("fail", "places", f"the policy names {key[0]}, which this gateway cannot tell", key[1])


_PLACE_KEYS = (
    ("countries", "set `places.country_file` in settings.toml"),
    ("autonomous systems", "set `places.asn_file` in settings.toml"),
)
_LOOKS = (_programs, _clock, _files, _policy, _places, _database, _control, _listen, _certificate)
