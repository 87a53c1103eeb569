"""Child processes of ``twogate up``: started, listened to, restarted with patience, stopped in order.

Decides when a child is ready (it says so in one JSON line on its standard output), what its end means (before
that: give up at once with its own exit code; after: start it again) and that none outlives its parent.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from twogate.cli.exit_codes import ExitCode
from twogate.dataplane.orphans import die_with_parent

_BACKOFF = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
_SETTLED_SECONDS = 30.0
_LINE_LIMIT = 1 << 20

Word = dict[str, Any]


class ChildEnded(Exception):  # noqa: N818  # it says what happened
    """A child ended before it was ready; it has said why on standard error."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} ended with status {code} before it was ready")
        self.name = name
        self.code = code


class Child:
    """One child process. ``heard`` gets every JSON line it prints, ``said`` every line of its standard error."""

    def __init__(
        self, name: str, command: Sequence[str], *, heard: Callable[[str, Word], None], said: Callable[[str, str], None]
    ) -> None:
        self.name = name
        self.restarts = 0
        self._command = tuple(command)
        self._heard = heard
        self._said = said
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self._wanted = asyncio.Event()
        self._wanted.set()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it; whether it comes up is for ``until_ready``."""
        self._ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
            start_new_session=True,  # a Ctrl-C is the supervisor's to handle, in order
            preexec_fn=die_with_parent(),
        )
        self._readers = [
            asyncio.create_task(self._listen(self._process.stdout), name=f"{self.name}-words"),
            asyncio.create_task(self._pass_on(self._process.stderr), name=f"{self.name}-remarks"),
        ]

    async def until_ready(self) -> None:
        """Wait until it says that it is ready.

        Raises:
            ChildEnded: it ended instead.
        """
        process = self._running()
        ready = asyncio.create_task(self._ready.wait())
        ended = asyncio.create_task(process.wait())
        done, _ = await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ready, ended):
            task.cancel()
        if ready not in done:
            await self._finish_reading()
            raise ChildEnded(self.name, _code(process.returncode))

    async def keep_alive(self) -> None:
        """Start it again whenever it ends, after a pause that grows while it keeps ending."""
        loop = asyncio.get_running_loop()
        tries = 0
        while True:
            born = loop.time()
            code = await self._running().wait()
            await self._finish_reading()
            if not self._wanted.is_set():
                await self._wanted.wait()
                await self.start()
                continue
            tries = 0 if loop.time() - born > _SETTLED_SECONDS else tries
            pause = _BACKOFF[min(tries, len(_BACKOFF) - 1)]
            self._said(self.name, f"{self.name} ended with status {code}; starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            tries += 1
            self.restarts += 1
            await self.start()

    async def hold(self, patience: float) -> None:
        """Stop it and do not start it again before ``let_go``."""
        self._wanted.clear()
        await self._end(patience)

    def let_go(self) -> None:
        """Start it again."""
        self._wanted.set()

    async def stop(self, patience: float) -> None:
        """Ask it to end, and after ``patience`` seconds make it."""
        await self._end(patience)
        await self._finish_reading()

    async def _end(self, patience: float) -> None:
        process = self._process
        if process is None:
            return
        for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(number)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), seconds)

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise ChildEnded(self.name, ExitCode.INTERNAL)
        return self._process

    async def _finish_reading(self) -> None:
        """Take what it said last; a grandchild that holds the pipe open is not waited for."""
        if self._readers:
            _, late = await asyncio.wait(self._readers, timeout=1.0)
            for task in late:
                task.cancel()
        self._readers = []

    async def _listen(self, stream: asyncio.StreamReader | None) -> None:
        async for line in _lines(stream):
            try:
                word = json.loads(line)
            except ValueError:
                self._said(self.name, line)
                continue
            if isinstance(word, dict):
                self._heard(self.name, word)
                if word.get("ready"):
                    self._ready.set()

    async def _pass_on(self, stream: asyncio.StreamReader | None) -> None:
        async for line in _lines(stream):
            self._said(self.name, line)


async def _lines(stream: asyncio.StreamReader | None) -> Any:
    while stream is not None:
        try:
            raw = await stream.readline()
        except ValueError:
            continue  # a line beyond the limit is dropped, the stream goes on
        if not raw:
            return
        yield raw.decode("utf-8", "replace").rstrip("\n")


def _code(status: int | None) -> int:
    known = {code.value for code in ExitCode}
    return status if status in known and status != ExitCode.OK else ExitCode.UNAVAILABLE


def own_command(*arguments: str) -> tuple[str, ...]:
    """The command line that runs another ``twogate`` command with this Python."""
    return (sys.executable, "-m", "twogate.cli.main", *arguments)


def tell(**word: Any) -> None:
    """Say something to the supervisor above, as one JSON line."""
    print(json.dumps(word), flush=True)
