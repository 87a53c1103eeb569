"""The one way to an address that somebody else named: for key sets and documents of clients, and for logout tokens.

Decides what is reached at all. A name is resolved once, each of its addresses must be public (or allowed by the
operator), and the connection goes to an address that was looked at, so that a second answer of the name server changes
nothing. Each redirect is looked at like the first address. Time and size are bounded; no proxy and no cookie of the
environment counts. What the answer means is for whoever asked.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from twogate.settings.registration import FetchSettings
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

LARGEST = 65_536  # bytes of an answer
_LONGEST = 2_048  # characters of an address
_TEXT = re.compile(r"https?://[!-~]+")
_PORTS = {"https": 443, "http": 80}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CARRIERS = tuple(  # addresses that carry an IPv4 address inside, which nobody looks at on the way
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back."""

    status: int
    media_type: str
    body: bytes = field(repr=False)
    max_age: int | None = None  # seconds, as the answer's Cache-Control says


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the system knows it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Fetch:
    """Reads what clients name, carefully."""

    def __init__(
        self, settings: FetchSettings, *, resolver: Resolve = resolve, trust: ssl.SSLContext | None = None
    ) -> None:
        self._allow = tuple(ipaddress.ip_network(one) for one in settings.allow)
        self._timeout = settings.timeout
        self._resolve = resolver
        self._trust = trust  # None: the system's authorities

    async def get(self, url: str, *, redirects: int = 0) -> Passed[Fetched] | Refused:
        """Read a JSON document; ``redirects``: how many are followed."""
        return await self._bounded(url, None, redirects)

    async def post(self, url: str, form: Mapping[str, str]) -> Passed[Fetched] | Refused:
        """Send a form. No redirect is followed: what is sent is for this address alone."""
        return await self._bounded(url, form, 0)

    async def _bounded(self, url: str, form: Mapping[str, str] | None, redirects: int) -> Passed[Fetched] | Refused:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(url, form, redirects)
        except TimeoutError:
            return _no("no answer in time")

    async def _follow(self, url: str, form: Mapping[str, str] | None, redirects: int) -> Passed[Fetched] | Refused:
        for _ in range(redirects + 1):
            answer = await self._once(url, form)
            if not isinstance(answer, str):
                return answer
            url = answer
        return _no("it is redirected")

    async def _once(self, url: str, form: Mapping[str, str] | None) -> Passed[Fetched] | Refused | str:
        """One request; a text is where it is redirected to."""
        parts = parse(url)
        if isinstance(parts, Refused):
            return parts
        address = await self._address(parts)
        if isinstance(address, Refused):
            return address
        try:
            return await self._ask(parts, address, form)
        except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as fault:
            return _no(f"{type(fault).__name__}")

    async def _address(self, parts: SplitResult) -> Address | Refused:
        """Where to connect: the first address, once every one of them was found good."""
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        try:
            found = [ipaddress.ip_address(one.partition("%")[0]) for one in await self._resolve(host, port)]
        except (OSError, UnicodeError, ValueError):
            return _no("the name is not known")
        if not found:
            return _no("the name has no address")
        allowed = all(self._allowed(one) for one in found)
        if parts.scheme == "http" and not allowed:
            return _no("plain http to where it is not allowed")
        if not allowed and not all(self._allowed(one) or public(one) for one in found):
            return _no("an address that is not public")
        return found[0]

    def _allowed(self, address: Address) -> bool:
        plain = _plain(address)
        return any(plain in network for network in self._allow if network.version == plain.version)

    async def _ask(
        self, parts: SplitResult, address: Address, form: Mapping[str, str] | None
    ) -> Passed[Fetched] | Refused | str:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        at = f"[{address}]" if isinstance(address, ipaddress.IPv6Address) else str(address)
        target = parts._replace(netloc=f"{at}:{port}").geturl()
        headers = {"host": parts.netloc, "user-agent": "twogate", "accept": "application/json", "connection": "close"}
        headers["accept-encoding"] = "identity"
        async with (
            httpx2.AsyncClient(
                verify=True if self._trust is None else self._trust,
                trust_env=False,
                follow_redirects=False,
                timeout=self._timeout,
            ) as client,
            client.stream(
                "GET" if form is None else "POST",
                target,
                headers=headers,
                data=None if form is None else dict(form),
                extensions={"sni_hostname": host},  # the certificate is checked against the name, not the address
            ) as answer,
        ):
            if answer.status_code in _REDIRECTS and form is None:
                return urljoin(parts.geturl(), answer.headers.get("location", ""))
            return await _read(answer)


async def _read(answer: httpx2.Response) -> Passed[Fetched] | Refused:
    if answer.headers.get("content-encoding", "identity") != "identity":
        return _no("a compressed answer")
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > LARGEST:
            return _no("an answer larger than 64 KiB")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Passed(Fetched(answer.status_code, kind, bytes(body), _max_age(answer.headers.get("cache-control", ""))))


def parse(url: str) -> SplitResult | Refused:
    """Take an address apart: http or https, a host, nothing that two programs read in two ways."""
    if len(url) > _LONGEST or not _TEXT.fullmatch(url) or "\\" in url:
        return _no("not an http address in printable ASCII")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return _no("not an address")
    if not host or "@" in parts.netloc or parts.fragment or parts.port == 0:
        return _no("an address with a user, a fragment or without a host")
    return parts


def public(address: Address) -> bool:
    """Whether anybody on the internet could reach it: not this machine, not this network, nothing in between."""
    plain = _plain(address)
    carrier = any(plain in network for network in _CARRIERS if network.version == plain.version)
    return plain.is_global and not plain.is_multicast and not carrier


def _plain(address: Address) -> Address:
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _max_age(header: str) -> int | None:
    found = re.search(r"(?:^|[,\s])max-age=([0-9]{1,9})", header.lower())
    return 0 if "no-store" in header.lower() else int(found[1]) if found else None


def _no(detail: str) -> Refused:
    return Refused(Reason.FETCH_REFUSED, detail)
