"""HAProxy's frames, read strictly and written as it reads them (SPOE specification, section 3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twogate.rules.forward_auth import spop
from twogate.rules.forward_auth.spop import Frame, Kind, Reader, SpopError

HELLO = (
    b"\x12supported-versions\x08\x032.0"
    b"\x0emax-frame-size\x03" + spop.integer(16380) + b"\x0ccapabilities\x08\x10pipelining,async"
)


def body(frame: bytes) -> bytes:
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    return frame[4:]


@given(st.integers(0, 2**63))
def test_an_integer_comes_back(value: int) -> None:
    """Of variable length; the specification's borders are among them."""
    assert Reader(spop.integer(value)).number() == value


@pytest.mark.parametrize(
    ("value", "written"), [(0, "00"), (239, "ef"), (240, "f000"), (2287, "ff7f"), (2288, "f08000")]
)
def test_integers_are_written_as_the_specification_says(value: int, written: str) -> None:
    """Section 3.1: below 240 one byte, below 2288 two."""
    assert spop.integer(value).hex() == written


def test_a_hello_is_answered_in_its_own_measure() -> None:
    """Version 2.0, and no longer frames than were offered."""
    answer = spop.read_frame(body(spop.hello(Frame(Kind.HAPROXY_HELLO, 0, 0, HELLO))))
    assert answer.kind is Kind.AGENT_HELLO
    assert spop.pairs(answer.payload) == {"version": "2.0", "max-frame-size": 16380, "capabilities": "pipelining"}


@pytest.mark.parametrize("payload", [b"", HELLO.replace(b"2.0", b"3.0"), HELLO.replace(b"max-frame", b"min-frame")])
def test_a_hello_in_another_version_is_refused(payload: bytes) -> None:
    """Instead of guessing."""
    with pytest.raises(SpopError):
        spop.hello(Frame(Kind.HAPROXY_HELLO, 0, 0, payload))


def test_a_question_is_read_and_answered() -> None:
    """All types of values; the answer carries the question's numbers."""
    arguments = (
        b"\x06method\x08\x03GET"
        b"\x07address\x06\x7f\x00\x00\x01"
        b"\x03six\x07" + bytes(15) + b"\x01"
        b"\x03yes\x11"
        b"\x02no\x01"
        b"\x04none\x00"
        b"\x05bytes\x09\x02\x00\xff"
    )
    frame = Frame(Kind.NOTIFY, 5, 7, b"\x03ask\x07" + arguments)
    assert spop.messages(frame.payload)["ask"] == {
        "method": "GET",
        "address": "127.0.0.1",
        "six": "::1",
        "yes": True,
        "no": False,
        "none": None,
        "bytes": b"\x00\xff",
    }
    told = spop.read_frame(body(spop.acknowledge(frame, {"passed": True, "subject": "usr_a"})))
    assert (told.kind, told.stream, told.number) == (Kind.ACK, 5, 7)
    assert told.payload == b"\x01\x03\x02\x06passed\x11" + b"\x01\x03\x02\x07subject\x08\x05usr_a"


def test_header_fields_are_read_to_their_end() -> None:
    """``req.hdrs_bin``: names and values until two empty ones."""
    data = b"\x04Host\x01h\x06cookie\x03a=b\x00\x00rest"
    assert spop.header_fields(data) == [(b"host", b"h"), (b"cookie", b"a=b")]
    with pytest.raises(SpopError):
        spop.header_fields(b"\x04Host\x01h")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x03",
        b"\x63\x00\x00\x00\x01\x00\x00",
        b"\x03\x00\x00\x00\x00\x00\x00",
        b"\x03\x00\x00\x00\x01\xff" + b"\xff" * 20,
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    """Cut off, of an unknown kind, a fragment, a number without end."""
    with pytest.raises(SpopError):
        spop.read_frame(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    """Nothing else ever comes out of the parsers."""
    for parse in (spop.read_frame, spop.messages, spop.pairs, spop.header_fields):
        try:
            assert parse(data) is not None
        except SpopError:
            continue


def test_last_words_say_why() -> None:
    """Status and message (section 3.2.6)."""
    frame = spop.read_frame(body(spop.disconnect(4, "not understood")))
    assert (frame.kind, spop.pairs(frame.payload)["status-code"]) == (Kind.AGENT_DISCONNECT, 4)
