"""The control plane behind a proxy that is not ours: renewals, and Twogate's own pages.

Decides what the control plane hears of a caller, as ``rules.haproxy.emit.control`` does: inbound ``X-Twogate-*`` and
their like are deleted, then address and request id are told. No client certificate is ever told: the TLS listener is
the proxy's. Answers come back as they are, but for what belongs to one connection (RFC 9110 section 7.6.1).
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from twogate.dataplane.control import trusted
from twogate.dataplane.faults import ControlUnavailableError
from twogate.rules.forward_auth.answers import Answer
from twogate.rules.forward_auth.proxies import Headers
from twogate.rules.haproxy.emit.control import RENEW_PATH
from twogate.rules.haproxy.emit.request import SPOKEN_BY_US
from twogate.terms.reasons import Reason

_OURS_TO_SAY = re.compile(SPOKEN_BY_US)
_OF_ONE_CONNECTION = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer"),
        *(b"transfer-encoding", b"upgrade", b"proxy-connection"),
    }
)
_RENEWAL = 3.0  # seconds; somebody's own request waits behind it
_LONG_POLL = 75.0
_LARGEST = 65_536  # bytes of an answer to a renewal

Begin = Callable[[int, list[tuple[bytes, bytes]]], Awaitable[None]]
Part = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the proxy has it."""

    method: str
    host: str
    address: str
    request_id: str
    headers: Headers


class ControlDoor:
    """One control plane, over a unix socket or TLS."""

    def __init__(self, url: str, *, unix_socket: Path | None = None, ca_file: str = "") -> None:
        verify = trusted(ca_file, plain=unix_socket is not None)
        socket = str(unix_socket) if unix_socket else None
        self._http = httpx2.AsyncClient(
            base_url=url,
            transport=httpx2.AsyncHTTPTransport(uds=socket, verify=verify, retries=0),
            follow_redirects=False,
            trust_env=False,
            cookies=None,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def renew(self, caller: Caller, target: str) -> Answer:
        """Ask for a fresh cookie; what comes back is the answer to the caller.

        Raises:
            ControlUnavailableError: it is not reached, or its answer would let the request through.
        """
        headers = [*told(caller), (b"x-twogate-original-uri", target.encode("latin-1"))]
        headers = [pair for pair in headers if pair[0] not in {b"content-length", b"expect"}]
        status, fields, body = 0, list[tuple[bytes, bytes]](), bytearray()

        async def begin(answered: int, given: list[tuple[bytes, bytes]]) -> None:
            nonlocal status
            status = answered
            fields.extend(given)

        async def part(chunk: bytes) -> None:
            body.extend(chunk)
            if len(body) > _LARGEST:
                raise ControlUnavailableError("the answer to a renewal is too large")

        await self._send(self._request(caller.method, RENEW_PATH.encode(), headers, seconds=_RENEWAL), begin, part)
        if status < 300:  # noqa: PLR2004  # a proxy would take it for a yes
            raise ControlUnavailableError(f"the control plane answers a renewal with {status}")
        told_back = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in fields if name != b"content-length"
        )
        return Answer(status, told_back, bytes(body), Reason.TOKEN_EXPIRED.value)

    async def forward(
        self, caller: Caller, target: bytes, body: AsyncIterator[bytes], *, begin: Begin, part: Part
    ) -> None:
        """Carry one request to the control plane and its answer back, piece by piece.

        Raises:
            ControlUnavailableError: it is not reached, or its answer broke off.
        """
        has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in caller.headers)
        request = self._request(
            caller.method, target, told(caller), seconds=_LONG_POLL, body=body if has_body else None
        )
        await self._send(request, begin, part)

    def _request(
        self,
        method: str,
        target: bytes,
        headers: list[tuple[bytes, bytes]],
        *,
        seconds: float,
        body: AsyncIterator[bytes] | None = None,
    ) -> httpx2.Request:
        """Not by the client's own way, which would add cookies that other answers have set."""
        url = self._http.base_url.copy_with(raw_path=target)
        timeout = {"timeout": httpx2.Timeout(seconds).as_dict()}
        return httpx2.Request(method, url, headers=headers, content=body, extensions=timeout)

    async def _send(self, request: httpx2.Request, begin: Begin, part: Part) -> None:
        try:
            response = await self._http.send(request, stream=True)
            try:
                kept = [(n.lower(), v) for n, v in response.headers.raw if n.lower() not in _OF_ONE_CONNECTION]
                await begin(response.status_code, kept)
                async for chunk in response.aiter_raw():
                    await part(chunk)
            finally:
                await response.aclose()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise ControlUnavailableError(f"the control plane is not reached: {type(error).__name__}") from error
        finally:
            self._http.cookies.clear()


def told(caller: Caller) -> list[tuple[bytes, bytes]]:
    """The fields that the control plane gets."""
    kept = [
        (name, value)
        for name, value in caller.headers
        if name not in _OF_ONE_CONNECTION and name != b"host" and not _OURS_TO_SAY.search(name.decode("latin-1"))
    ]
    return [
        (b"host", caller.host.encode("latin-1")),
        *kept,
        (b"x-twogate-address", caller.address.encode("latin-1")),
        (b"x-twogate-request-id", caller.request_id.encode()),
    ]
