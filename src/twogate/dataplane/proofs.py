"""DPoP proofs at the gateway (RFC 9449 section 7): HAProxy asks here about tokens that are bound to a key.

Decides how a question is read and answered: one line in, one line out, over a unix socket that only this user can
open. The proof is checked here, because that is work; that it counts once on all nodes is the control plane's to say,
and what waits meanwhile is asked in one go. Whatever cannot be found out is no answer, which HAProxy takes for a
refusal. What makes a proof good is ``rules.protocols.oauth2.rfc9449_dpop``; when it is asked for, ``emit.dpop``.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from twogate.dataplane.faults import ControlError
from twogate.rules.protocols.jose.compact import encode
from twogate.rules.protocols.oauth2.rfc9449_dpop import proof
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import Asked, Proved
from twogate.terms.ports import Clock
from twogate.terms.reasons import Reason

log = structlog.get_logger(__name__)

LONGEST = 32_768  # bytes of a question: HAProxy's own buffer is half of it
_PATIENCE = 5.0  # seconds for a question to arrive; HAProxy waits less
_MOST = 128  # proofs in one question to the control plane, which reads 64 KiB
_FIELDS = 4  # method, URL as the upstream will see it, SHA-256 of the token in hexadecimal, proof


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the control plane says of one proof."""

    refused: Reason | None
    nonce: str = ""


Spend = Callable[[Sequence[Proved]], Awaitable[Sequence[Verdict]]]


class Together:
    """Asks about everything that came while the last answer was under way, in one go.

    So the control plane writes once for many, and a slow answer makes the next question larger, not later.
    """

    def __init__(self, spend: Spend) -> None:
        self._spend = spend
        self._waiting: list[tuple[Proved, asyncio.Future[Verdict]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def verdict(self, proved: Proved) -> Verdict:
        """Use one proof up.

        Raises:
            ControlError: nobody can say whether it was used before.
        """
        future: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.append((proved, future))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await future

    async def _ask(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                verdicts = await self._spend([proved for proved, _ in batch])
            except ControlError as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), verdict in zip(batch, verdicts, strict=True):
                    if not future.done():
                        future.set_result(verdict)


class Proofs:
    """Answers HAProxy."""

    def __init__(self, clock: Clock, spend: Spend) -> None:
        self._clock = clock
        self._together = Together(spend)

    async def run(self, path: Path) -> None:
        """Serve for ever."""
        listening = _listen(path)
        server = await asyncio.start_unix_server(self._serve, sock=listening, limit=LONGEST)
        async with server:
            await server.serve_forever()

    async def answer(self, question: bytes) -> str:
        """Answer one line; empty when it cannot be said."""
        fields = question.decode("latin-1").removesuffix("\n").split("\t")
        if len(fields) != _FIELDS:
            return _no(Reason.DPOP_INVALID)
        method, url, digest, given = fields
        try:
            token = encode(bytes.fromhex(digest))
        except ValueError:
            return ""
        proved = proof.check([given], Asked(method, url, token), now=self._clock.now())
        if isinstance(proved, InvalidDpopProof):
            return _no(Reason.DPOP_INVALID)
        verdict = await self._together.verdict(proved)
        return f"ok {proved.thumbprint}" if verdict.refused is None else _no(verdict.refused, verdict.nonce)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self.answer(await reader.readline())
                writer.write(f"{answer}\n".encode())
                await writer.drain()
        except (ControlError, TimeoutError, ValueError, ConnectionError) as error:
            log.warning("dpop_unanswered", fault=str(error))
        finally:
            with contextlib.suppress(ConnectionError):
                writer.close()


def _listen(path: Path) -> socket.socket:
    """Open the socket; from its first moment nobody else may connect."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    listening.listen(1024)
    return listening


def _no(reason: Reason, nonce: str = "") -> str:
    return f"no {reason.value} {nonce}".rstrip()
