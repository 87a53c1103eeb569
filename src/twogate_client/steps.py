"""What a conversation asks of the world, as values: send this, wait, do this. One conversation, run blocking or not.

Decides that OAuth requests never go through the caller's own client: its hooks and redirects are not theirs to see.
Only ``Call``, the request to the API itself, is the caller's.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

from twogate_client.outside import now

T = TypeVar("T")
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the API."""

    request: httpx2.Request


@dataclass(frozen=True, slots=True)
class Send:
    """A request to the authorization server."""

    request: httpx2.Request


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Do:
    """Something that may take a moment: reading a keyring, opening a browser."""

    work: Callable[[], Any]


Step = Call | Send | Pause | Do
Flow = Generator[Step, Any, T]


@dataclass(frozen=True, slots=True)
class World:
    """How the authorization server is reached, and what time it is."""

    verify: ssl.SSLContext | bool = True
    transport: httpx2.BaseTransport | None = None
    async_transport: httpx2.AsyncBaseTransport | None = None
    now: Callable[[], float] = now
    sleep: Callable[[float], None] = time.sleep

    def open(self) -> httpx2.Client:
        """A client of our own: it follows no redirect, for one could lead a secret elsewhere."""
        return httpx2.Client(verify=self.verify, transport=self.transport, timeout=_TIMEOUT, follow_redirects=False)

    def open_async(self) -> httpx2.AsyncClient:
        """The same for asyncio."""
        transport = self.async_transport
        return httpx2.AsyncClient(verify=self.verify, transport=transport, timeout=_TIMEOUT, follow_redirects=False)


def run(flow: Flow[T], world: World) -> T:
    """Run a conversation that calls no API to its end."""
    steps = drive(flow, world)
    try:
        next(steps)
    except StopIteration as end:
        found: T = end.value
        return found
    finally:
        steps.close()
    raise AssertionError("only requests of the caller come out here")


def drive(flow: Flow[T], world: World) -> Generator[httpx2.Request, httpx2.Response, T]:
    """Run a conversation; requests to the API come out, their answers go in."""
    with contextlib.ExitStack() as opened:
        opened.callback(flow.close)
        client: httpx2.Client | None = None  # most conversations need none
        try:
            step = next(flow)
            while True:
                answer: Any = None
                try:
                    match step:
                        case Call(request):
                            answer = yield request
                        case Send(request):
                            client = client or opened.enter_context(world.open())
                            answer = client.send(request)
                        case Pause(seconds):
                            world.sleep(seconds)
                        case Do(work):
                            answer = work()
                except Exception as error:  # noqa: BLE001  # the conversation decides what it means
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            found: T = end.value
            return found


async def drive_async(flow: Flow[Any], world: World) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
    """The same for asyncio: nothing blocks the loop."""
    async with contextlib.AsyncExitStack() as opened:
        opened.callback(flow.close)
        client: httpx2.AsyncClient | None = None
        try:
            step = next(flow)
            while True:
                answer: Any = None
                try:
                    match step:
                        case Call(request):
                            answer = yield request
                        case Send(request):
                            if client is None:
                                client = await opened.enter_async_context(world.open_async())
                            answer = await client.send(request)
                        case Pause(seconds):
                            await asyncio.sleep(seconds)
                        case Do(work):
                            answer = await asyncio.to_thread(work)
                except Exception as error:  # noqa: BLE001  # as above
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration:
            return
