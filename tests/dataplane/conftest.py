"""Fixtures: a HAProxy, a control plane, an edge; what they are is in ``small_gateway``."""

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from tests.dataplane.small_gateway import KEY, FakeControl, Node, Plain, tiny_compiler

from twogate.dataplane import agent
from twogate.dataplane.binary import Binary, find_binary
from twogate.dataplane.edge_config import EdgeConfig, Milestone
from twogate.dataplane.supervise import Haproxy, Process
from twogate.outside.clock import SystemClock
from twogate.terms.secret import Secret


@pytest.fixture(scope="session")
def binary() -> Binary:
    """The bundled HAProxy."""
    return find_binary()


@pytest.fixture
def clock() -> SystemClock:
    """Real time: the tests of this folder run real processes."""
    return SystemClock()


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A directory whose path leaves room for socket names."""
    path = Path(tempfile.mkdtemp(prefix="tg-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Ask for a port that nobody uses now."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
async def control(short_dir: Path) -> AsyncIterator[FakeControl]:
    """A control plane that is there."""
    fake = FakeControl(short_dir / "control.sock")
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def plain(
    binary: Binary,
    clock: SystemClock,
    short_dir: Path,
    free_port: Callable[[], int],
) -> AsyncIterator[Plain]:
    """Not started yet; stopped at the end whatever the test has done to it."""
    port = free_port()
    process = Process(
        binary,
        short_dir / "haproxy.cfg",
        short_dir / "m.sock",
        listens=(("127.0.0.1", port),),
        start_timeout=5,
        grace=1,
    )
    made = Plain(Haproxy(process, clock), port, short_dir)
    made.configure(1)
    for name in ("grants.map", "claims.map"):
        (short_dir / name).write_text("")
    yield made
    await made.haproxy.stop()


@pytest.fixture
async def node(
    control: FakeControl,
    short_dir: Path,
    free_port: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Node]:
    """An edge that is not started yet, with the small compiler."""
    monkeypatch.setattr(agent, "compile_gateway", tiny_compiler)
    events: list[tuple[Milestone, str]] = []
    config = EdgeConfig(
        directory=short_dir / "edge",
        run_directory=short_dir / "run",
        key=Secret(KEY),
        control_socket=control.path,
        http_bind=f"127.0.0.1:{free_port()}",
        traffic=short_dir / "traffic",
        control_patience=0.3,
        poll_wait=5,
        on_event=lambda milestone, detail: events.append((milestone, detail)),
    )
    made = Node(config, control, events, asyncio.Event())
    yield made
    if made.task is not None:
        await made.end()
