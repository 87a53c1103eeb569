"""HAProxy as a child: up, watched, ended, never left behind."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest
from tests.dataplane.small_gateway import Plain, get

from twogate.dataplane.faults import AddressTakenError, StartError
from twogate.dataplane.supervise import ensure_free


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def gone(pid: int, seconds: float = 5) -> None:
    """Wait until a process has ended."""
    async with asyncio.timeout(seconds):
        while alive(pid):  # noqa: ASYNC110  # not our child: there is nothing to wait on
            await asyncio.sleep(0.01)


async def up_again(plain: Plain, restarts: int) -> None:
    """Wait until HAProxy has been restarted that often."""
    async with asyncio.timeout(10):
        while plain.haproxy.restarts < restarts:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_it_is_up_when_start_returns(plain: Plain) -> None:
    """A request right after the start is answered."""
    await plain.haproxy.start()
    assert (await get(plain.port)).status == 200


async def test_an_address_in_use_is_one_clear_error(plain: Plain) -> None:
    """Another listener on the address is named with its port, also one that allows sharing it."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", plain.port))
        other.listen()
        with pytest.raises(AddressTakenError, match=f"127.0.0.1:{plain.port} is in use by another program"):
            await plain.haproxy.start()
    assert plain.haproxy.pid is None


def test_an_address_of_another_machine_is_said() -> None:
    """An address that is not this machine's is refused before HAProxy is started."""
    with pytest.raises(AddressTakenError, match="cannot be listened on"):
        ensure_free("192.0.2.1", 8080)


def test_both_families_are_looked_at(free_port: "callable") -> None:  # type: ignore[valid-type]
    """A listener on IPv6 loopback does not hide behind a free IPv4 port."""
    port = free_port()
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", port))
        other.listen()
        ensure_free("127.0.0.1", port)
        with pytest.raises(AddressTakenError, match="in use"):
            ensure_free("::1", port)


async def test_a_configuration_it_cannot_run_is_said(plain: Plain) -> None:
    """A start that fails ends with HAProxy's own words and leaves no process."""
    (plain.directory / "haproxy.cfg").write_text("defaults\n  mode nonsense\n")
    with pytest.raises(StartError, match=r"did not start: .*unknown"):
        await plain.haproxy.start()
    assert plain.haproxy.pid is None


async def test_a_killed_worker_comes_back(plain: Plain) -> None:
    """When the worker is killed, everything is started anew, with the files written again first."""
    await plain.haproxy.start()

    async def prepare() -> None:
        (plain.directory / "grants.map").write_text("/a 1\n")

    plain.haproxy.prepare = prepare
    os.kill((await plain.haproxy.workers())[0].pid, signal.SIGKILL)
    await up_again(plain, 1)
    assert (await get(plain.port, "/a")).status == 403


async def test_a_killed_master_comes_back_and_leaves_no_worker(plain: Plain) -> None:
    """When the master is killed, its worker ends and another pair takes over."""
    await plain.haproxy.start()
    worker = (await plain.haproxy.workers())[0].pid
    assert plain.haproxy.pid is not None
    os.kill(plain.haproxy.pid, signal.SIGKILL)
    await gone(worker)
    await up_again(plain, 1)
    assert (await get(plain.port)).status == 200


async def test_it_is_tried_again_until_it_works(plain: Plain) -> None:
    """A restart that fails is repeated; once the configuration can be run, HAProxy is back."""
    await plain.haproxy.start()
    (plain.directory / "haproxy.cfg").write_text("nonsense\n")
    plain.haproxy.kill()
    await asyncio.sleep(0.5)
    assert plain.haproxy.restarts == 0
    plain.configure(2)
    await up_again(plain, 1)
    assert (await get(plain.port)).headers["number"] == "2"


async def test_a_stop_leaves_nothing(plain: Plain) -> None:
    """After a stop neither master nor worker nor listener is left, and nothing restarts."""
    await plain.haproxy.start()
    pids = [plain.haproxy.pid, *(worker.pid for worker in await plain.haproxy.workers())]
    await plain.haproxy.stop()
    assert not any(alive(pid) for pid in pids if pid)
    ensure_free("127.0.0.1", plain.port)
    assert plain.haproxy.restarts == 0


async def test_a_stop_right_after_a_start_is_quick(plain: Plain) -> None:
    """A master that has just forked its worker may lose a signal; the stop does not wait out its grace for that."""
    for _ in range(10):
        starting = asyncio.create_task(plain.haproxy._launch())
        while plain.haproxy.pid is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await asyncio.sleep(0.03)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        began = asyncio.get_running_loop().time()
        await plain.haproxy.stop()
        assert asyncio.get_running_loop().time() - began < 0.9
        assert plain.haproxy.pid is None


async def test_requests_under_way_finish_at_a_stop(plain: Plain) -> None:
    """A stop waits for a connection that is being used, and ends it when it takes longer than the grace."""
    await plain.haproxy.start()
    _, writer = await asyncio.open_connection("127.0.0.1", plain.port)
    writer.write(b"GET / HTTP/1.1\r\n")  # never finished
    await writer.drain()
    await asyncio.sleep(0.05)
    began = asyncio.get_running_loop().time()
    await plain.haproxy.stop()
    assert 0.9 < asyncio.get_running_loop().time() - began < 4
    writer.close()


async def test_it_dies_with_the_agent(plain: Plain, short_dir: Path) -> None:
    """When the process that started HAProxy is killed outright, master and worker end by themselves."""
    script = short_dir / "agent.py"
    script.write_text(f"""
import asyncio, pathlib, sys
from twogate.dataplane.binary import find_binary
from twogate.dataplane.supervise import Haproxy, Process
from twogate.outside.clock import SystemClock
async def main():
    d = pathlib.Path({str(short_dir)!r})
    haproxy = Haproxy(Process(find_binary(), d / "haproxy.cfg", d / "m.sock"), SystemClock())
    await haproxy.start()
    print(haproxy.pid, *(w.pid for w in await haproxy.workers()), flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
""")
    import sys  # noqa: PLC0415

    agent = await asyncio.create_subprocess_exec(sys.executable, str(script), stdout=asyncio.subprocess.PIPE)
    assert agent.stdout is not None
    pids: list[int] = []
    while not pids:
        line = (await agent.stdout.readline()).decode().split()
        pids = [int(word) for word in line] if line and all(word.isdecimal() for word in line) else []
    assert (await get(plain.port)).status == 200
    agent.kill()
    await agent.wait()
    for pid in pids:
        await gone(pid)
