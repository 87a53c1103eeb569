"""Request smuggling: what one caller sends as one request never becomes two, and no second one slips in unjudged.

RFC 9112 sections 5, 6 and 7 for HTTP/1.1. Every shot hides a request for a path that the caller may not see; whatever
the gateway makes of the shot, the upstream is never asked for that path and is never left to choose between framings.
"""

import contextlib
import re
import select
import socket

import pytest
from suites.gateway.rig import Gateway

A_MOMENT = 0.02
HIDDEN = "GET /admin/hidden HTTP/1.1\r\nHost: {host}\r\n\r\n"

CONFLICTS = {
    "CL.TE": ("Content-Length: {whole}", "Transfer-Encoding: chunked"),
    "TE.CL": ("Transfer-Encoding: chunked", "Content-Length: 3"),
    "CL 0 and TE": ("Content-Length: 0", "Transfer-Encoding: chunked"),
}
"""Both framings at once: the gateway goes by the chunks alone, drops the length, and ends the connection."""

SPELLINGS = (
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: gzip, chunked, x",
    "Transfer-Encoding: \x0bchunked",
    "Transfer-Encoding:\x0cchunked",
    'Transfer-Encoding: "chunked"',
    "Transfer-Encoding: chunked;x=1",
    "Transfer-Encoding: ",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding\t: chunked",
    "Transfer-Encoding\x00: chunked",
    "Transfer_Encoding: chunked",
    "X: y\nTransfer-Encoding: chunked",
    "X: y\rTransfer-Encoding: chunked",
    "Transfer-Encoding:\r\n chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    " Transfer-Encoding: chunked",
)

LENGTHS = (
    "Content-Length: 3\r\nContent-Length: 50",
    "Content-Length: 3, 50",
    "Content-Length: +3",
    "Content-Length: -3",
    "Content-Length: 0x3",
    "Content-Length: 3 0",
    "Content-Length: 3.0",
    "Content-Length: ",
    "Content-Length: 3a",
    "Content-Length: 99999999999999999999999999",
    "Content-Length: 18446744073709551619",
    "Content-Length: \x0b3",
    "Content-Length : 3",
    "Content-Length:\x003",
    "Content-Length: 3\r\ncontent-length: 4",
    "Content-Length: 3\r\nContent-Length: ",
    "Content-Length: \r\nContent-Length: 3",
)

HEADS = (
    ": empty",
    ":empty",
    " : blank",
    "X-Name : blank",
    "X-Na me: blank",
    "X-Name\t: tab",
    "no-colon",
    "X-Null: a\x00b",
    "X\x00Null: a",
    "X-Cr: a\rb",
    "(x): y",
    "\x7f: y",
    "X: y\r\n: z",
)

BAD_CHUNKS = (
    "g\r\nabc\r\n0\r\n\r\n",
    "-3\r\nabc\r\n0\r\n\r\n",
    "+3\r\nabc\r\n0\r\n\r\n",
    "0x3\r\nabc\r\n0\r\n\r\n",
    "3 3\r\nabc\r\n0\r\n\r\n",
    "\r\nabc\r\n0\r\n\r\n",
    "3\rabc\r\n0\r\n\r\n",
    "3\r\nabcde\r\n0\r\n\r\n",
    "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "100000003\r\nabc\r\n0\r\n\r\n",
    "3\r\nabcX\n0\r\n\r\n",
    ";x\r\nabc\r\n0\r\n\r\n",
)

REQUEST_LINES = (
    "GET /public/x HTTP/2.0",
    "GET /public/x HTTP/0.9",
    "GET /public/x HTTP/3",
    "GET /public/x HTTP/1.2",
    "GET /public/x HTTP/1.10",
    "GET /public/x HTTP/11",
    "GET /public/x http/1.1",
    "GET /public/x HTTX/1.1",
    "GET /public/x HTTP/1.1 x",
    "GET /public/x",
    "GET /public/\x00x HTTP/1.1",
    "GET\x00/public/x HTTP/1.1",
    "GET /public/\tx HTTP/1.1",
    " GET /public/x HTTP/1.1",
    "G(T /public/x HTTP/1.1",
    "/public/x",
)


def shoot(gateway: Gateway, data: str, *, half_close: bool = True) -> list[int]:
    """Send bytes, after a moment say that no more come, and return the status of every answer.

    Without the half-close the last request must ask for the end of the connection itself. With it, HAProxy may end the
    connection before it reads on, so a moment is left to it.
    """
    answer = b""
    with socket.create_connection(("127.0.0.1", gateway.port), 2) as connection, contextlib.suppress(OSError):
        connection.sendall(data.encode("latin-1"))
        if half_close:
            select.select([], [], [], A_MOMENT)
            connection.shutdown(socket.SHUT_WR)
        while chunk := connection.recv(65536):
            answer += chunk
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


def shot(gateway: Gateway, lines: tuple[str, ...] | str, body: str, *, target: str = "/things/x") -> str:
    """A request whose caller may see ``/things`` and whose body hides one for ``/admin``."""
    token = gateway.token(rank=1, factors=1)
    wanted = (lines,) if isinstance(lines, str) else lines
    head = (f"POST {target} HTTP/1.1", f"Host: {gateway.host}", f"Authorization: Bearer {token}", *wanted)
    return "\r\n".join((*head, "", "")) + body + HIDDEN.replace("{host}", gateway.host)


def check_harmless(gateway: Gateway, statuses: list[int], *, most: int) -> None:
    """At most so many requests reached the upstream, each with one framing, none of them the hidden one."""
    heard = gateway.upstream.heard
    assert len(heard) <= most, heard
    assert len([status for status in statuses if status == 200]) == len(heard)
    for one in heard:
        assert "hidden" not in one.target
        assert not {"content-length", "transfer-encoding"} <= one.names
        assert one.header("Transfer-Encoding") in {None, "chunked"}
    assert all(status == 200 or 400 <= status < 500 for status in statuses), statuses


@pytest.mark.parametrize("kind", CONFLICTS)
def test_case_73_length_and_chunks_at_once_have_one_reading(clean: Gateway, kind: str) -> None:
    """The upstream hears one request with one framing, and what followed it on the connection is not a second one."""
    body = "0\r\n\r\n"
    lines = tuple(line.replace("{whole}", str(len(body) + 200)) for line in CONFLICTS[kind])
    statuses = shoot(clean, shot(clean, lines, body))
    check_harmless(clean, statuses, most=1)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("line", SPELLINGS)
def test_case_73_odd_spellings_of_chunked_are_chunked_or_refused(clean: Gateway, line: str, *, alone: bool) -> None:
    """With or without a length beside it: whatever is passed on says plainly ``chunked``, or nothing at all."""
    lines = (line,) if alone else ("Content-Length: 5", line)
    check_harmless(clean, shoot(clean, shot(clean, lines, "0\r\n\r\n")), most=1)


@pytest.mark.parametrize("line", LENGTHS)
def test_case_73_a_doubtful_length_is_refused(clean: Gateway, line: str) -> None:
    """Two lengths, signs, lists, and a number that counts as 3 modulo 2**64: 4xx, and the upstream hears nothing."""
    statuses = shoot(clean, shot(clean, line, "abc"))
    assert 400 <= statuses[0] < 500
    check_harmless(clean, statuses, most=0)


@pytest.mark.parametrize("line", HEADS)
def test_case_73_a_field_that_is_no_field_is_refused(clean: Gateway, line: str) -> None:
    """An empty name, a blank before the colon (RFC 9112 section 5.1), no colon, control characters."""
    assert shoot(clean, shot(clean, ("Content-Length: 3", line), "abc")) == [400]
    check_harmless(clean, [], most=0)


@pytest.mark.parametrize("body", BAD_CHUNKS)
def test_case_73_a_bad_chunk_ends_the_connection(clean: Gateway, body: str) -> None:
    """RFC 9112 section 7.1: what does not begin with hexadecimal digits is not a chunk, and nothing follows it."""
    statuses = shoot(clean, shot(clean, "Transfer-Encoding: chunked", body))
    assert statuses in ([], [400])
    check_harmless(clean, statuses, most=0)


@pytest.mark.parametrize("line", ["X-A: b\r\n c", "X-A: b\r\n\tc", "X-A:\r\n c"])
def test_case_73_an_obsolete_fold_belongs_to_the_line_above(clean: Gateway, line: str) -> None:
    """RFC 9112 section 5.2: it is refused or read as a blank, never as a field or a request."""
    check_harmless(clean, shoot(clean, shot(clean, ("Content-Length: 3", line), "abc")), most=1)
    assert all((one.header("X-A") or "").split() in (["b", "c"], ["c"]) for one in clean.upstream.heard)


@pytest.mark.parametrize(
    "body", ["3;a=b\r\nabc\r\n0\r\n\r\n", "3;a=\x22;\x22\r\nabc\r\n0;x\r\n\r\n", "0003\r\nabc\r\n000\r\n\r\n"]
)
def test_case_73_chunk_extensions_move_no_boundary(clean: Gateway, body: str) -> None:
    """RFC 9112 section 7.1.1: they are passed over, and three bytes stay three bytes."""
    check_harmless(clean, shoot(clean, shot(clean, "Transfer-Encoding: chunked", body)), most=1)
    assert [one.body for one in clean.upstream.heard] in ([], [b"abc"])


@pytest.mark.parametrize("rest", ["", "garbage\r\n\r\n", "0\r\n\r\n", "\x00\r\n"])
def test_case_73_a_body_behind_length_zero_is_a_request_of_its_own(clean: Gateway, rest: str) -> None:
    """It is judged as one, and refused: it has no credential or is no request."""
    statuses = shoot(clean, shot(clean, "Content-Length: 0", rest))
    check_harmless(clean, statuses, most=1)
    assert [len(one.body) for one in clean.upstream.heard] == [0]


@pytest.mark.parametrize("line", REQUEST_LINES)
def test_case_73_an_odd_request_line_is_refused_or_made_plain(clean: Gateway, line: str) -> None:
    """The upstream hears HTTP/1.1 and the path that was judged, or nothing."""
    statuses = shoot(clean, f"{line}\r\nHost: {clean.host}\r\n\r\n")
    check_harmless(clean, statuses, most=1)
    assert len(statuses) == 1
    assert [one.line for one in clean.upstream.heard] in ([], ["GET /public/x HTTP/1.1"])


@pytest.mark.parametrize(
    "line", ["GET /things/x", "GET /public/x", "GET /things/x HTTP/0.9", "POST /things/x HTTP/0.9"]
)
def test_case_73_http_0_9_is_not_spoken(clean: Gateway, line: str) -> None:
    """An answer without a head could be read as anything, so there is none."""
    request = f"{line}\r\nHost: {clean.host}\r\nAuthorization: Bearer {clean.token()}\r\n\r\n"
    assert shoot(clean, request) == [400]
    assert clean.upstream.heard == []


@pytest.mark.parametrize("more", ["", "Connection: keep-alive\r\n", "Content-Length: 5\r\n"])
def test_case_73_http_1_0_has_no_chunks(clean: Gateway, more: str) -> None:
    """RFC 9112 section 6.1: such framing is faulty, for an old upstream would read the chunks as requests."""
    head = f"POST /public/x HTTP/1.0\r\nHost: {clean.host}\r\n{more}Transfer-Encoding: chunked\r\n\r\n"
    statuses = shoot(clean, head + "0\r\n\r\n" + HIDDEN.replace("{host}", clean.host))
    assert statuses[0] == 400
    check_harmless(clean, statuses, most=0)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("line", ["X: y", "X: y\n\nGET /admin/hidden HTTP/1.1"])
def test_case_73_bare_line_feeds_are_line_ends_and_are_made_plain(clean: Gateway, end: str, line: str) -> None:
    """RFC 9112 section 2.2 allows it; what follows an empty line is a request of its own, without a credential."""
    head = ("GET /things/x HTTP/1.1", f"Host: {clean.host}", f"Authorization: Bearer {clean.token()}", line)
    statuses = shoot(clean, end.join((*head, "", "")))
    check_harmless(clean, statuses, most=1)
    assert all("\n" not in value and "\r" not in value for one in clean.upstream.heard for _, value in one.headers)


@pytest.mark.parametrize("name", ["X", "Cookie", "Authorization", "Host", "Transfer-Encoding"])
def test_case_73_a_very_long_field_is_refused(clean: Gateway, name: str) -> None:
    """It fits in no buffer: 4xx or a closed connection, and the upstream hears nothing."""
    statuses = shoot(clean, shot(clean, f"{name}: {'y' * 40_000}", ""))
    assert statuses in ([], [400])
    check_harmless(clean, statuses, most=0)


def test_case_73_very_many_fields_are_refused(clean: Gateway) -> None:
    """More fields than the gateway counts could hide one from it."""
    lines = tuple(f"X-{number}: y" for number in range(200))
    assert shoot(clean, shot(clean, lines, "")) == [400]
    check_harmless(clean, [], most=0)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://{host}/admin/x", 401),
        ("http://{host}/public/../admin/x", 401),
        ("http://{host}/public/%2e%2e/admin/x", 401),
        ("http://elsewhere.test/public/x", 400),
        ("http://{host}@elsewhere.test/public/x", 400),
        ("https://elsewhere.test/public/x", 400),
        ("{host}/public/x", 400),
        ("*", 400),
    ],
)
def test_case_73_the_absolute_form_is_judged_by_its_path(clean: Gateway, target: str, status: int) -> None:
    """RFC 9112 section 3.2.2: another authority than ours is refused, and no path hides behind one."""
    line = f"GET {target.replace('{host}', clean.host)} HTTP/1.1"
    statuses = shoot(clean, f"{line}\r\nHost: {clean.host}\r\n\r\n")
    assert statuses == [status]
    assert clean.upstream.heard == []


@pytest.mark.parametrize("first", ["/things/x", "/public/x"])
def test_case_73_a_pipelined_request_needs_its_own_credential(clean: Gateway, first: str) -> None:
    """The second request on a connection is nobody's, whoever sent the first."""
    one = f"GET {first} HTTP/1.1\r\nHost: {clean.host}\r\nAuthorization: Bearer {clean.token()}\r\n\r\n"
    hidden = HIDDEN.replace("{host}", clean.host)
    last = hidden.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
    statuses = shoot(clean, one + hidden + last, half_close=False)
    assert statuses == [200, 401, 401]
    check_harmless(clean, statuses, most=1)


def test_case_73_expect_does_not_hand_over_a_second_request(clean: Gateway) -> None:
    """A refused request's body is not read as the next request with somebody's credential."""
    head = f"POST /things/x HTTP/1.1\r\nHost: {clean.host}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    statuses = shoot(clean, head + "abc" + HIDDEN.replace("{host}", clean.host))
    assert statuses[0] == 401
    check_harmless(clean, statuses, most=0)


def test_case_73_the_framing_of_the_upstream_is_not_the_callers(clean: Gateway) -> None:
    """What a caller names in ``Connection`` does not take the length away from the upstream."""
    lines = ("Connection: Content-Length, Transfer-Encoding", "Content-Length: 3")
    check_harmless(clean, shoot(clean, shot(clean, lines, "abc")), most=1)
    assert clean.upstream.last().header("Content-Length") == "3"
    assert clean.upstream.last().body == b"abc"
