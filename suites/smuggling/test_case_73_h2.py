"""Request smuggling through HTTP/2: what becomes HTTP/1.1 on the way to the upstream (RFC 9113 section 8)."""

import pytest
from suites.gateway.http2 import Told, ask
from suites.smuggling.conftest import Tls

Fields = list[tuple[bytes, bytes]]


def fields(tls: Tls, *more: tuple[bytes, bytes], method: bytes = b"POST", path: bytes = b"/things/x") -> Fields:
    """A well-formed request of somebody who may see ``/things``, and further fields."""
    token = tls.gateway.token(rank=1, factors=1).encode()
    host = tls.gateway.host.encode()
    start = [(b":method", method), (b":scheme", b"https"), (b":authority", host), (b":path", path)]
    return [*start, (b"authorization", b"Bearer " + token), *more]


def shoot(tls: Tls, given: Fields, body: bytes | None = b"abc") -> Told:
    """Ask over a connection of its own; afterwards the upstream heard at most one request, and a sound one."""
    told = ask(("127.0.0.1", tls.port), tls.context, given, body)
    heard = tls.gateway.upstream.heard
    assert len(heard) == (1 if told.status == 200 else 0), (told, heard)
    for one in heard:
        assert "hidden" not in one.target
        assert not {"content-length", "transfer-encoding"} <= one.names
        assert one.header("Host") == tls.gateway.host
        assert one.header("X-Auth-Subject") == "usr_alice"
    return told


def test_a_sound_request_passes(tls: Tls) -> None:
    """The measure for everything below: the same without a trick is answered by the upstream."""
    assert shoot(tls, fields(tls, (b"content-length", b"3"))).status == 200
    assert tls.gateway.upstream.last().body == b"abc"


@pytest.mark.parametrize("length", [b"0", b"2", b"4", b"99", b"-3", b"+3", b"3, 4", b"", b"x", b"18446744073709551619"])
def test_case_73_h2_a_length_that_is_not_the_bodys_is_refused(tls: Tls, length: bytes) -> None:
    """RFC 9113 section 8.1.1: the frames say how long a body is; another number makes the request malformed."""
    told = shoot(tls, fields(tls, (b"content-length", length)))
    assert told.status in {0, 400}


def test_case_73_h2_two_lengths_are_refused(tls: Tls) -> None:
    """Two numbers are one too many, also when one of them is right."""
    assert shoot(tls, fields(tls, (b"content-length", b"3"), (b"content-length", b"30"))).status in {0, 400}


CONNECTION_FIELDS = (
    (b"transfer-encoding", b"chunked"),
    (b"Transfer-Encoding", b"chunked"),
    (b"transfer-encoding", b"identity"),
    (b"connection", b"transfer-encoding"),
    (b"connection", b"keep-alive"),
    (b"upgrade", b"h2c"),
    (b"te", b"chunked"),
    (b"proxy-connection", b"x"),
    (b"keep-alive", b"x"),
)


@pytest.mark.parametrize("field", CONNECTION_FIELDS)
def test_case_73_h2_fields_of_the_old_framing_have_no_effect(tls: Tls, field: tuple[bytes, bytes]) -> None:
    """RFC 9113 section 8.2.2: malformed; at the very least the upstream's framing is the gateway's own."""
    told = shoot(tls, fields(tls, field), b"0\r\n\r\nGET /admin/hidden HTTP/1.1\r\n\r\n")
    assert told.status in {0, 200, 400}
    for one in tls.gateway.upstream.heard:
        assert one.header("Transfer-Encoding") in {None, "chunked"}
        assert b"hidden" in one.body


SPLITTING = (
    (b"x", b"y\r\nX-Auth-Subject: usr_root"),
    (b"x", b"y\r\n\r\nGET /admin/hidden HTTP/1.1\r\n"),
    (b"x", b"y\nGET /admin/hidden HTTP/1.1"),
    (b"x", b"y\rz"),
    (b"x", b"y\x00z"),
    (b"x\r\ny", b"z"),
    (b"x: y\r\nz", b"z"),
    (b"x y", b"z"),
    (b"x:", b"z"),
    (b"", b"z"),
    (b":", b"z"),
    (b"X-Upper", b"z"),
    (b"x\x00", b"z"),
    (b"x\x7f", b"z"),
)


@pytest.mark.parametrize("field", SPLITTING)
def test_case_73_h2_line_ends_in_fields_are_refused(tls: Tls, field: tuple[bytes, bytes]) -> None:
    """RFC 9113 section 8.2.1: CR, LF and NUL would become lines of HTTP/1.1."""
    assert shoot(tls, fields(tls, field)).status in {0, 400}


LINES = (
    {"path": b"/things/x HTTP/1.1\r\nHost: x\r\n\r\nGET /admin/hidden"},
    {"path": b"/things/x\r\nX-Auth-Subject: usr_root"},
    {"path": b"/things/x HTTP/1.1"},
    {"path": b"/things/\x00x"},
    {"path": b"things/x"},
    {"path": b"http://elsewhere.test/things/x"},
    {"path": b""},
    {"path": b"*"},
    {"method": b"GET /admin/hidden HTTP/1.1\r\n\r\nGET"},
    {"method": b"GET "},
    {"method": b""},
    {"method": b"CONNECT"},
    {"method": b"TRACE"},
    {"method": b"get"},
)


@pytest.mark.parametrize("line", LINES)
def test_case_73_h2_a_request_line_is_not_written_by_pseudo_fields(tls: Tls, line: dict[str, bytes]) -> None:
    """RFC 9113 section 8.3.1: method and path are tokens of their own and stay so."""
    told = shoot(tls, fields(tls, **line))
    assert told.status == 0 or 400 <= told.status < 500


@pytest.mark.parametrize("name", [b":method", b":path", b":scheme", b":authority", b":status", b":unknown"])
def test_case_73_h2_a_pseudo_field_too_many_is_refused(tls: Tls, name: bytes) -> None:
    """RFC 9113 section 8.3: each comes once, ahead of all other fields, and none is invented."""
    assert shoot(tls, fields(tls, (name, b"/admin/hidden"))).status in {0, 400}


@pytest.mark.parametrize("name", [b":method", b":path", b":scheme"])
def test_case_73_h2_a_pseudo_field_too_few_is_refused(tls: Tls, name: bytes) -> None:
    """RFC 9113 section 8.3.1: without one of the three it is no request."""
    assert shoot(tls, [field for field in fields(tls) if field[0] != name]).status in {0, 400}


@pytest.mark.parametrize("host", [b"elsewhere.test", b"", b"localhost", b"elsewhere.test:443"])
def test_case_73_h2_host_beside_authority_does_not_choose(tls: Tls, host: bytes) -> None:
    """RFC 9113 section 8.3.1: the authority counts; the upstream never hears the other name."""
    told = shoot(tls, fields(tls, (b"host", host)))
    assert told.status in {0, 200, 400}


@pytest.mark.parametrize("authority", [b"elsewhere.test", b"", b"x@localhost", b"localhost, elsewhere.test"])
def test_case_73_h2_another_authority_is_refused(tls: Tls, authority: bytes) -> None:
    """Whatever ``host`` says beside it."""
    ours = (b"host", tls.gateway.host.encode())
    given = [(name, authority if name == b":authority" else value) for name, value in fields(tls, ours)]
    assert shoot(tls, given).status in {0, 400}
