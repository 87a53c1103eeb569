"""The runtime API, spoken to the real HAProxy."""

import asyncio
from pathlib import Path

import pytest
from tests.dataplane.small_gateway import Connection, Plain, get

from twogate.dataplane.faults import (
    MapUnknownError,
    ReloadError,
    RuntimeApiError,
    RuntimeUnavailableError,
    WorkerGoneError,
)
from twogate.dataplane.runtime import RuntimeApi
from twogate.terms.access import AccessFacts

LONG = AccessFacts(
    "usr_1", "gnt_1", 2, 0, 99, 0, 2, "http://127.0.0.1:8080", "cli", ("otp", "pwd"), ("read", "write")
).pack()


async def test_entries_go_in_in_pieces(plain: Plain) -> None:
    """More entries than one command can carry are added, changed and deleted; blanks in values stay as they are."""
    await plain.haproxy.start()
    api, pid = plain.haproxy.runtime, (await plain.haproxy.workers())[0].pid
    await api.add(pid, "claims.map", [(f"k{n:060d}", f"{LONG}{n}") for n in range(1000)])
    assert len(await api.show_map(pid, "claims.map")) == 1000
    await api.replace(pid, "claims.map", [(f"k{n:060d}", f"a  b {n}") for n in range(990, 1010)])
    found = dict(await api.show_map(pid, "claims.map"))
    assert len(found) == 1010
    assert found[f"k{0:060d}"] == f"{LONG}0"
    assert found[f"k{999:060d}"] == "a  b 999"
    assert found[f"k{1009:060d}"] == "a  b 1009"
    await api.delete(pid, "claims.map", [f"k{n:060d}" for n in range(2000)])
    assert await api.show_map(pid, "claims.map") == []


async def test_a_map_is_exchanged_in_one_step(plain: Plain) -> None:
    """Exchanging puts the new entries in place of all others; clearing leaves none."""
    await plain.haproxy.start()
    api, pid = plain.haproxy.runtime, (await plain.haproxy.workers())[0].pid
    await api.add(pid, "grants.map", [("/a", "1"), ("/b", "2")])
    await api.exchange(pid, "grants.map", [("/b", "3"), ("/c", "4")])
    assert await api.show_map(pid, "grants.map") == [("/b", "3"), ("/c", "4")]
    assert await api.show_map(pid, "grants.map", keep=lambda _key, value: value == "4") == [("/c", "4")]
    await api.exchange(pid, "grants.map", [])
    assert await api.show_map(pid, "grants.map") == []


async def test_faults_have_names(plain: Plain) -> None:
    """An unknown map, a worker that has gone and an absent socket are told apart."""
    await plain.haproxy.start()
    api, pid = plain.haproxy.runtime, (await plain.haproxy.workers())[0].pid
    with pytest.raises(MapUnknownError):
        await api.add(pid, "other.map", [("a", "b")])
    with pytest.raises(MapUnknownError):
        await api.show_map(pid, "other.map")
    with pytest.raises(WorkerGoneError):
        await api.add(1, "grants.map", [("a", "b")])
    with pytest.raises(RuntimeApiError, match="no table"):
        await api.show_table(pid, "other")
    with pytest.raises(RuntimeUnavailableError, match="is not there"):
        await RuntimeApi(plain.directory / "nowhere.sock").workers()


@pytest.mark.parametrize("key", ["a b", "a;b", "a\nb", "a\\", "#a", "", "<<", "é", "'a'", "x" * 2000])
async def test_no_key_starts_another_command(key: str) -> None:
    """A key that the runtime API would read as more than one word is refused before it is sent."""
    with pytest.raises(RuntimeApiError, match="characters"):
        await RuntimeApi(Path("/nowhere")).add(1, "grants.map", [(key, "v")])


@pytest.mark.parametrize("value", ["", "a\nb", "a;b", "a\\b", "é", "x" * 5000])
async def test_no_value_starts_another_command(value: str) -> None:
    """A value that would end its line or its command is refused before it is sent."""
    with pytest.raises(RuntimeApiError, match="characters"):
        await RuntimeApi(Path("/nowhere")).add(1, "grants.map", [("k", value)])


async def test_a_silent_socket_is_given_up(short_dir: Path) -> None:
    """A socket that accepts and never answers ends in an error, not in waiting."""
    ended = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await ended.wait()
        writer.close()
        ended.clear()

    server = await asyncio.start_unix_server(silent, str(short_dir / "s"))
    with pytest.raises(RuntimeUnavailableError, match="in time"):
        await RuntimeApi(short_dir / "s", timeout=0.05).workers()
    ended.set()
    while ended.is_set():  # noqa: ASYNC110
        await asyncio.sleep(0)
    server.close()


async def test_a_connection_cut_before_the_answer_is_no_success(short_dir: Path) -> None:
    """An answer that never came is not taken for the silence with which HAProxy says yes."""

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_unix_server(cut, str(short_dir / "s"))
    with pytest.raises(RuntimeUnavailableError, match="before it had answered"):
        await RuntimeApi(short_dir / "s").add(1, "grants.map", [("k", "v")])
    server.close()


async def test_a_draining_worker_is_still_told(plain: Plain) -> None:
    """After a reload the old worker, which keeps an open connection, learns of entries as the new one does."""
    await plain.haproxy.start()
    open_connection = await Connection.open(plain.port)
    assert (await open_connection.get("/a")).status == 200
    await plain.haproxy.reload()
    workers = await plain.haproxy.workers()
    assert [worker.current for worker in workers] == [True, False]
    for worker in workers:
        await plain.haproxy.runtime.add(worker.pid, "grants.map", [("/a", "1")])
    assert (await open_connection.get("/a")).status == 403
    assert (await get(plain.port, "/a")).status == 403
    await open_connection.close()


async def test_tables_and_facts_are_read(plain: Plain) -> None:
    """Counters and the process's own facts can be asked for."""
    await plain.haproxy.start()
    await get(plain.port, "/a")
    api, pid = plain.haproxy.runtime, (await plain.haproxy.workers())[0].pid
    rows = await api.show_table(pid, "public")
    assert [(row["key"], row["http_req_cnt"]) for row in rows] == [("/a", "1")]
    assert (await api.info(pid))["Name"] == "HAProxy"


async def test_a_refused_reload_keeps_the_old_worker(plain: Plain) -> None:
    """When the master cannot load the new configuration, the reload fails with a reason and the gateway goes on."""
    await plain.haproxy.start()
    (plain.directory / "haproxy.cfg").write_text("nonsense\n")
    with pytest.raises(ReloadError, match="kept its old configuration"):
        await plain.haproxy.reload()
    assert (await get(plain.port)).headers["number"] == "1"
    plain.configure(2)
    await plain.haproxy.reload()
    assert (await get(plain.port)).headers["number"] == "2"
