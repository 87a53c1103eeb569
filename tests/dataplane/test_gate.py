"""Facts reach every worker, whatever happens to the workers meanwhile."""

import asyncio
from pathlib import Path

import pytest
from tests.dataplane.small_gateway import Connection, Plain, get

from twogate.dataplane import gate as module
from twogate.dataplane.files import EdgeDirectory
from twogate.dataplane.gate import Gate
from twogate.dataplane.spool import Spool
from twogate.outside.clock import SystemClock
from twogate.rules.haproxy import maps
from twogate.terms.access import AccessFacts
from twogate.terms.changes import Change, ChangeKind, Snapshot

CONFIG = """global
  default-path config
  nbthread 1
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
  option idle-close-on-response
frontend public
  bind 127.0.0.1:{port}
  http-request return status 403 if {{ hdr(x-grant),map_str(grants.map) -m found }}
  http-request return status 403 if {{ hdr(x-claim),map_str(claims.map) -m str revoked }}
  http-request return status 403 if {{ hdr(x-subject),map_str(subjects.map) -m str blocked }}
  http-request return status 403 if {{ hdr(x-address),map_ip(addresses.map) -m found }}
  http-request return status 200 hdr token %[hdr(x-token),map_str(tokens.map,none)]
"""


def facts(expires: int) -> str:
    """What the data plane remembers of a token."""
    return AccessFacts("usr", "gnt", 2, 1, expires, 0, 2, "aud", "cli", scope=("a", "b")).pack()  # type: ignore[misc]


@pytest.fixture
def directory(plain: Plain) -> EdgeDirectory:
    """An edge directory with one set, which the plain HAProxy is started on."""
    made = EdgeDirectory(plain.directory / "edge")
    made.promote(made.stage({"haproxy.cfg": CONFIG.format(port=plain.port)} | dict.fromkeys(maps.RUNTIME_MAPS, "")))
    plain.haproxy._process = replace_configuration(plain, made.live / "haproxy.cfg")
    return made


def replace_configuration(plain: Plain, path: Path) -> object:
    """The same process on another file."""
    from dataclasses import replace  # noqa: PLC0415

    return replace(plain.haproxy._process, configuration=path)


@pytest.fixture
def gate(plain: Plain, directory: EdgeDirectory, clock: SystemClock) -> Gate:
    """A gate in front of the plain HAProxy, which is not started yet."""
    spool = Spool(directory.root)
    made = Gate(plain.haproxy, directory, spool, clock=clock)
    spool.save(Snapshot(0, 1, "", (), ()))
    return made


def revoke(number: int, key: str, until: int = 0) -> Change:
    """A revoked grant."""
    return Change(number, ChangeKind.GRANT_REVOKED, key, until=until)


async def test_changes_are_in_force_when_take_returns(gate: Gate, plain: Plain) -> None:
    """Each kind of change is obeyed by the very next request, and undone as fast."""
    await plain.haproxy.start()
    await gate.take(
        [
            revoke(1, "g1"),
            Change(2, ChangeKind.SUBJECT_BLOCKED, "u1"),
            Change(3, ChangeKind.ADDRESS_BLOCKED, "192.0.2.0/24"),
            Change(4, ChangeKind.API_TOKEN_ADDED, "a" * 64, facts(0)),
            Change(5, ChangeKind.TOKEN_REVOKED, "b" * 64),
        ],
    )
    assert (await get(plain.port, x_grant="g1")).status == 403
    assert (await get(plain.port, x_subject="u1")).status == 403
    assert (await get(plain.port, x_address="192.0.2.9")).status == 403
    assert (await get(plain.port, x_claim="b" * 64)).status == 403
    assert (await get(plain.port, x_token="a" * 64)).headers["token"] == facts(0)
    await gate.take(
        [
            Change(6, ChangeKind.SUBJECT_CLEARED, "u1"),
            Change(7, ChangeKind.ADDRESS_CLEARED, "192.0.2.0/24"),
            Change(8, ChangeKind.API_TOKEN_REMOVED, "a" * 64),
        ],
    )
    assert (await get(plain.port, x_subject="u1")).status == 200
    assert (await get(plain.port, x_address="192.0.2.9")).status == 200
    assert (await get(plain.port, x_token="a" * 64)).headers["token"] == "none"


async def test_what_came_before_the_start_is_in_the_files(gate: Gate, plain: Plain) -> None:
    """Changes taken while HAProxy does not run are in force from its first request on."""
    await gate.take([revoke(1, "g1")])
    await plain.haproxy.start()
    assert (await get(plain.port, x_grant="g1")).status == 403


async def test_a_crash_loses_nothing(gate: Gate, plain: Plain) -> None:
    """After HAProxy is killed and back, everything that was revoked still is."""
    await plain.haproxy.start()
    await gate.take([revoke(1, "g1")])
    plain.haproxy.kill()
    await gate.take([revoke(2, "g2")])
    while not plain.haproxy.restarts:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert (await get(plain.port, x_grant="g1")).status == 403
    assert (await get(plain.port, x_grant="g2")).status == 403


async def test_changes_during_a_reload_reach_old_and_new(
    gate: Gate,
    plain: Plain,
    directory: EdgeDirectory,
) -> None:
    """A change that arrives after the map files were written is known to the draining worker and to its successor."""
    await plain.haproxy.start()
    kept = await Connection.open(plain.port)
    assert (await kept.get()).status == 200
    staged = directory.stage({"haproxy.cfg": CONFIG.format(port=plain.port)})
    async with gate.handover(staged):
        directory.promote(staged)
        await gate.take([revoke(1, "early")])
        reload = asyncio.create_task(plain.haproxy.reload())
        for number in range(2, 30):
            await gate.take([revoke(number, f"g{number}")])
        await reload
        await gate.take([revoke(30, "late")])
    for key in ("early", "g2", "g15", "g29", "late"):
        assert (await get(plain.port, x_grant=key)).status == 403
    assert (await kept.get(x_grant="late")).status == 403
    pid = (await plain.haproxy.workers())[0].pid
    keys = [key for key, _ in await plain.haproxy.runtime.show_map(pid, maps.GRANTS)]
    assert sorted(keys) == sorted({"early", "late", *(f"g{number}" for number in range(2, 30))})  # none is doubled
    await kept.close()


async def test_expired_memory_is_swept(gate: Gate, plain: Plain, clock: SystemClock) -> None:
    """Remembered tokens past their ``exp`` leave the claims map; tombstones and tokens in force stay."""
    await plain.haproxy.start()
    now = clock.now().seconds
    pid = (await plain.haproxy.workers())[0].pid
    await gate.take(
        [
            Change(1, ChangeKind.TOKEN_REVOKED, "b" * 64, until=now + 300),
            Change(2, ChangeKind.TOKEN_REVOKED, "c" * 64, until=now - 1000),
            revoke(3, "old", until=now - 1000),
        ],
    )
    await plain.haproxy.runtime.add(pid, maps.CLAIMS, [("d" * 64, facts(now - 5)), ("e" * 64, facts(now + 60))])
    await gate.sweep()
    claims = dict(await plain.haproxy.runtime.show_map(pid, maps.CLAIMS))
    assert set(claims) == {"b" * 64, "e" * 64}
    assert await plain.haproxy.runtime.show_map(pid, maps.GRANTS) == []


async def test_claims_are_forgotten_but_not_tombstones(gate: Gate, plain: Plain) -> None:
    """Emptying the memory of verified tokens leaves the single tokens that are revoked."""
    await plain.haproxy.start()
    pid = (await plain.haproxy.workers())[0].pid
    await gate.take([Change(1, ChangeKind.TOKEN_REVOKED, "b" * 64)])
    await plain.haproxy.runtime.add(pid, maps.CLAIMS, [("e" * 64, facts(0))])
    await gate.forget_claims()
    assert await plain.haproxy.runtime.show_map(pid, maps.CLAIMS) == [("b" * 64, "revoked")]


async def test_a_tombstone_that_was_overwritten_is_set_again(gate: Gate, plain: Plain) -> None:
    """A request that was just verifying a token may write its facts over the tombstone; soon it is back."""
    await plain.haproxy.start()
    pid = (await plain.haproxy.workers())[0].pid
    await gate.take([Change(1, ChangeKind.TOKEN_REVOKED, "b" * 64)])
    await plain.haproxy.runtime.replace(pid, maps.CLAIMS, [("b" * 64, facts(0))])
    assert (await get(plain.port, x_claim="b" * 64)).status == 200
    await asyncio.sleep(0.7)
    assert (await get(plain.port, x_claim="b" * 64)).status == 403


async def test_a_haproxy_that_cannot_be_told_is_ended(
    gate: Gate,
    plain: Plain,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the runtime socket does not answer, HAProxy is ended and comes back with the change in its files."""
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    await plain.haproxy.start()
    (plain.directory / "m.sock").unlink()
    await gate.take([revoke(1, "g1")])
    while not plain.haproxy.restarts:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert (await get(plain.port, x_grant="g1")).status == 403


async def test_a_snapshot_replaces_what_was_known(gate: Gate, plain: Plain) -> None:
    """Starting over sends the difference: what is no longer revoked passes, what is new does not."""
    await plain.haproxy.start()
    await gate.take([revoke(1, "g1"), revoke(2, "g2")])
    await gate.start_over(Snapshot(9, 1, "", (), (revoke(2, "g2"), revoke(5, "g5"))))
    assert [(await get(plain.port, x_grant=f"g{n}")).status for n in (1, 2, 5)] == [200, 403, 403]
    assert gate.holdings.number == 9


async def test_a_long_tail_of_changes_is_folded_into_the_snapshot(
    gate: Gate,
    directory: EdgeDirectory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When many changes have been noted, the snapshot on disk is written anew and says the same."""
    monkeypatch.setattr(module, "_COMPACT_AFTER", 3)
    await gate.take([revoke(number, f"g{number}") for number in range(1, 6)])
    await gate.sweep()
    assert (directory.root / "changes.jsonl").read_text() == ""
    kept = Spool(directory.root).load()
    assert kept is not None
    assert [change.key for change in kept[0].changes] == ["g1", "g2", "g3", "g4", "g5"]
    assert kept[0].number == 5
