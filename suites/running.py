"""The whole product as its users run it: `twogate up` in front of a server, on a free port, in a temporary directory.

Decides how suites start it, wait for it, talk to it, stop it, and find out that nothing is left behind.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TWOGATE = (sys.executable, "-m", "twogate.cli.main")
READY_SECONDS = 60.0  # the bar of three seconds is measured elsewhere, on a machine with nothing else to do
STOP_SECONDS = 30.0


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, *, seconds: float = 30.0, process: subprocess.Popen[Any] | None = None) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the server ended with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens on port {port} after {seconds} s")


def environment(data: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: ours, no setting of the outside, and coverage left alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWOGATE_")}
    return kept | {"TWOGATE_DATA": str(data), "NO_COLOR": "1"} | dict(extra or {})


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(data: Path, *arguments: str, given: str | None = None, extra: Mapping[str, str] | None = None) -> Done:
    """Run one `twogate` command to its end."""
    done = subprocess.run(
        [*TWOGATE, *arguments],
        env=environment(data, extra),
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass
class Gate:
    """A running `twogate up`."""

    data: Path
    url: str
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)  # standard output and error, as they came

    def run(self, *arguments: str, given: str | None = None) -> Done:
        """Run a command on this installation."""
        return run(self.data, *arguments, given=given)

    def token(self, *, owner: str = "suite", scope: tuple[str, ...] = ()) -> str:
        """Add a person if needed and give them an API token, which is worth aal1."""
        self.run("user", "add", owner)
        words = [part for one in scope for part in ("--scope", one)]
        made = self.run("token", "add", owner, *words, "--json")
        assert made.code == 0, made.err
        assert made.json["in_force"]["done"], made.json
        return str(made.json["token"])

    def descendants(self) -> set[int]:
        """Every process that belongs to it."""
        return _descendants(self.process.pid)

    def stop(self) -> None:
        """Stop it in order and see that nothing is left behind."""
        family = self.descendants() | {self.process.pid}
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        finally:
            left = {pid for pid in family if _alive(pid)}
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        assert not left, f"left behind: {left}\n{self.told}"

    @property
    def told(self) -> str:
        """Everything it printed."""
        return "".join(self.lines)


@contextmanager
def up(folder: Path, policy: str, *, settings: str = "", options: tuple[str, ...] = ()) -> Iterator[Gate]:
    """Start `twogate up` with a policy text in which `{url}` stands for its public URL; stop it in the end."""
    data = folder / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    port = free_port()
    url = f"http://localhost:{port}"
    (data / "twogate.toml").write_text(policy.replace("{url}", url))
    if settings:
        (data / "settings.toml").write_text(settings)
    process = subprocess.Popen(
        [*TWOGATE, "up", "--json", "--listen", f"127.0.0.1:{port}", *options],
        env=environment(data),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    gate = Gate(data, url, port, process)
    try:
        _wait_until_ready(gate)
        yield gate
    finally:
        gate.stop()


def _wait_until_ready(gate: Gate) -> None:
    ready = threading.Event()
    threading.Thread(target=_listen, args=(gate, ready), daemon=True).start()
    deadline = time.monotonic() + READY_SECONDS
    while not ready.wait(0.05):
        assert gate.process.poll() is None, f"it ended with status {gate.process.returncode}:\n{gate.told}"
        assert time.monotonic() < deadline, f"not ready after {READY_SECONDS} s:\n{gate.told}"


def _listen(gate: Gate, ready: threading.Event) -> None:
    assert gate.process.stdout is not None
    for line in gate.process.stdout:
        gate.lines.append(line)
        if line.startswith('{"ready"'):
            ready.set()
    gate.process.stdout.close()


def _descendants(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found: set[int] = set()
    fresh = {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
