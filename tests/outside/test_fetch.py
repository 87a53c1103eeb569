"""Reading what somebody else named: what is reached, what is not, and that a name means one thing only."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.outside.certificates import self_signed

from twogate.outside.fetch import LARGEST, Fetch, Fetched, parse, public
from twogate.settings.registration import FetchSettings
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: max-age=60\r\n"


@dataclass
class Server:
    """Answers every request with the same bytes, some of them late, and keeps what it was asked."""

    answer: bytes
    late: bytes = b""
    port: int = 0
    asked: list[bytes] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(2)
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(4096)
                if not more:
                    return
                head += more
            self.asked.append(head)
            connection.sendall(self.answer)
            for one in self.late:
                time.sleep(0.05)
                connection.sendall(bytes([one]))


@contextmanager
def _serving(
    answer: bytes = _OK + b"content-length: 2\r\n\r\n{}", *, late: bytes = b"", tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    made = Server(answer, late)
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(4) as pool:
        made.port, over = listening.getsockname()[1], []

        def accept() -> None:
            while True:
                connection, _peer = listening.accept()
                if over:
                    connection.close()
                    return
                with contextlib.suppress(OSError):
                    made.serve(tls.wrap_socket(connection, server_side=True) if tls else connection)
                connection.close()

        pool.submit(accept)
        try:
            yield made
        finally:
            over.append(True)
            socket.create_connection(("127.0.0.1", made.port)).close()


class Names:
    """A name server that gives the next of its answers each time it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del port
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def _fetch(*allow: str, names: Names | None = None, timeout: float = 2) -> Fetch:
    settings = FetchSettings(allow=allow, timeout=timeout)
    return Fetch(settings, resolver=names) if names else Fetch(settings)


async def test_a_document_is_read_where_the_operator_allows_it() -> None:
    """The host header is the name's, no cookie goes along, and what the answer says about itself comes back."""
    names = Names(["127.0.0.1"])
    with _serving() as server:
        got = await _fetch("127.0.0.0/8", names=names).get(f"http://client.example:{server.port}/about?x=1")
    assert got == Passed(Fetched(200, "application/json", b"{}", 60))
    head = server.asked[0].lower()
    assert head.startswith(b"get /about?x=1 http/1.1\r\n")
    assert f"host: client.example:{server.port}".encode() in head
    assert b"cookie" not in head
    assert b"accept-encoding: identity" in head


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "2001:0:7f00:1::1",
    ],
)
async def test_case_80_ssrf_addresses_that_are_not_public(address: str) -> None:
    """This machine, this network, what a cloud tells about itself, and the ways to spell them: nothing is asked."""
    assert not public(ipaddress.ip_address(address))
    names = Names([address])
    got = await _fetch(names=names).get("https://client.example/jwks")
    assert isinstance(got, Refused)
    assert (got.reason, got.detail) == (Reason.FETCH_REFUSED, "an address that is not public")


async def test_case_80_ssrf_one_bad_address_among_good_ones() -> None:
    """A name with a public and a private address is refused: nobody knows which of them would be used."""
    names = Names(["93.184.216.34", "127.0.0.1"])
    got = await _fetch(names=names).get("https://client.example/")
    assert got == Refused(Reason.FETCH_REFUSED, "an address that is not public")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::1]"])
async def test_case_80_ssrf_spellings_of_this_machine(host: str) -> None:
    """However the system reads them: what they lead to is looked at, not how they are written."""
    with _serving() as server:
        for scheme in ("http", "https"):
            got = await _fetch().get(f"{scheme}://{host}:{server.port}/")
            assert isinstance(got, Refused)
    assert server.asked == []


async def test_case_80_ssrf_dns_rebinding() -> None:
    """The name is resolved once and the connection goes there: a second answer is never asked for."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    with _serving() as server:
        got = await _fetch("127.0.0.1/32", names=names).get(f"http://client.example:{server.port}/")
    assert isinstance(got, Passed)
    assert names.asked == ["client.example"]


async def test_case_80_ssrf_redirects_are_looked_at_again() -> None:
    """A redirect to an address that is not allowed ends there; without leave none is followed at all."""
    with _serving() as inner:
        target = f"http://127.0.0.2:{inner.port}/secret".encode()
        head = b"HTTP/1.1 302 Found\r\nlocation: " + target + b"\r\ncontent-length: 0\r\n\r\n"
        with _serving(head) as outer:
            url = f"http://127.0.0.1:{outer.port}/"
            followed = await _fetch("127.0.0.1/32").get(url, redirects=3)
            assert followed == Refused(Reason.FETCH_REFUSED, "plain http to where it is not allowed")
            assert await _fetch("127.0.0.0/8").get(url) == Refused(Reason.FETCH_REFUSED, "it is redirected")
    assert inner.asked == []


async def test_a_redirect_is_followed_as_often_as_allowed() -> None:
    """To another good address it leads on, in a circle it ends; a form is never sent on."""
    with _serving(b"") as server:
        here = f"http://127.0.0.1:{server.port}/".encode()
        server.answer = b"HTTP/1.1 307 Again\r\nlocation: " + here + b"\r\ncontent-length: 0\r\n\r\n"
        got = await _fetch("127.0.0.0/8").get(here.decode(), redirects=2)
        assert got == Refused(Reason.FETCH_REFUSED, "it is redirected")
        assert len(server.asked) == 3
        sent = await _fetch("127.0.0.0/8").post(here.decode(), {"logout_token": "x"})
    assert isinstance(sent, Passed)
    assert (sent.value.status, len(server.asked)) == (307, 4)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "ftp://client.example/",
        "gopher://client.example/",
        "HTTPS//client.example",
        "https://",
        "https://user@client.example/",
        "https://user:pw@client.example/",
        "https://client.example#@internal/",
        "https://client.example\\@internal/",
        "https://client.example/a b",
        "https://client.example/\r\nx: y",
        "https://cliént.example/",
        "https://client.example:0/",
        "https://client.example:99999/",
        "https://[::1",
        "//client.example/",
        "https://client.example/" + "a" * 2048,
    ],
)
async def test_case_80_ssrf_addresses_that_are_read_in_two_ways(url: str) -> None:
    """Other schemes, users, fragments, control characters: no name is even resolved."""
    names = Names(["93.184.216.34"])
    assert isinstance(parse(url), Refused)
    assert isinstance(await _fetch(names=names).get(url), Refused)
    assert names.asked == []


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (_OK + b"\r\n" + b"x" * (LARGEST + 1), "an answer larger than 64 KiB"),
        (_OK + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}", "a compressed answer"),
        (b"not http at all\r\n\r\n", "RemoteProtocolError"),
    ],
)
async def test_an_answer_is_bounded(answer: bytes, detail: str) -> None:
    """Too much, packed, or no answer at all: nothing of it is used."""
    with _serving(answer) as server:
        got = await _fetch("127.0.0.0/8").get(f"http://127.0.0.1:{server.port}/")
    assert got == Refused(Reason.FETCH_REFUSED, detail)


async def test_a_slow_answer_ends_in_time() -> None:
    """All of it together has so many seconds, however few bytes come at a time."""
    with _serving(_OK + b"\r\n", late=b"x" * 20) as server:
        began = asyncio.get_running_loop().time()
        got = await _fetch("127.0.0.0/8", timeout=0.3).get(f"http://127.0.0.1:{server.port}/")
        assert asyncio.get_running_loop().time() - began < 1
    assert got == Refused(Reason.FETCH_REFUSED, "no answer in time")


@pytest.mark.parametrize(("host", "good"), [("client.example", True), ("other.example", False)])
async def test_a_certificate_is_checked_against_the_name(tmp_path: Path, host: str, good: bool) -> None:  # noqa: FBT001
    """The connection goes to an address, but who answers there has to be the one that was named."""
    pem, key = self_signed(tmp_path, "client.example")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem, key)
    trust = ssl.create_default_context(cafile=str(pem))
    with _serving(tls=tls) as server:
        fetch = Fetch(FetchSettings(allow=("127.0.0.0/8",)), resolver=Names(["127.0.0.1"]), trust=trust)
        got = await fetch.get(f"https://{host}:{server.port}/")
    assert isinstance(got, Passed) is good
    assert bool(server.asked) is good


async def test_nobody_there_is_said_so() -> None:
    """An unknown name, one without addresses, a closed port: a refusal, never an exception."""

    async def unknown(host: str, port: int) -> Sequence[str]:
        del host, port
        raise OSError("no such name")

    settings = FetchSettings(allow=("127.0.0.0/8",))
    assert isinstance(await Fetch(settings, resolver=unknown).get("https://nowhere.example/"), Refused)
    assert isinstance(await _fetch(names=Names([])).get("https://nowhere.example/"), Refused)
    with _serving() as server:
        closed = server.port
    assert isinstance(await _fetch("127.0.0.0/8").get(f"http://127.0.0.1:{closed}/"), Refused)
