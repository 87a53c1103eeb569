"""The frames in which HAProxy asks an agent (Stream Processing Offload Protocol 2.0), read and written.

Decides which bytes are a frame of ours and what they say. A frame that is broken anywhere is refused as a whole. Only
what HAProxy sends for one question is understood: hello, notify, disconnect; no fragments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

VERSION = "2.0"
LONGEST_FRAME = 65_536
_FINISHED = 1  # the only flag that is understood: the frame is whole
_ONE_BYTE = 240
_MORE = 128
_TXN = 2  # scope of a variable: one transaction
_SET_VAR = 1

Value = None | bool | int | str | bytes


class SpopError(ValueError):
    """These bytes are no frame of ours."""


class Kind(IntEnum):
    """What a frame is for."""

    HAPROXY_HELLO = 1
    HAPROXY_DISCONNECT = 2
    NOTIFY = 3
    AGENT_HELLO = 101
    AGENT_DISCONNECT = 102
    ACK = 103


class _Type(IntEnum):
    NULL = 0
    BOOL = 1
    INT32 = 2
    UINT32 = 3
    INT64 = 4
    UINT64 = 5
    IPV4 = 6
    IPV6 = 7
    STRING = 8
    BINARY = 9


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, without its length."""

    kind: Kind
    stream: int
    number: int
    payload: bytes


class Reader:
    """Takes values from the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._data)

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self._data) - self._at)

    def take(self, count: int) -> bytes:
        """The next bytes.

        Raises:
            SpopError: there are not so many.
        """
        found = self._data[self._at : self._at + count]
        if len(found) != count:
            raise SpopError("a frame ends in the middle of a value")
        self._at += count
        return found

    def number(self) -> int:
        """An integer of variable length."""
        value = self.take(1)[0]
        if value < _ONE_BYTE:
            return value
        for shift in range(4, 64, 7):
            byte = self.take(1)[0]
            value += byte << shift
            if byte < _MORE:
                return value
        raise SpopError("an integer without end")

    def text(self) -> str:
        """Bytes with their length before them, as text."""
        return self.take(self.number()).decode("latin-1")

    def value(self) -> Value:
        """A typed value; an address is text."""
        head = self.take(1)[0]
        match head & 0x0F:
            case _Type.NULL:
                return None
            case _Type.BOOL:
                return bool(head >> 4)
            case _Type.INT32 | _Type.UINT32 | _Type.INT64 | _Type.UINT64:
                return self.number()
            case _Type.IPV4:
                return str(IPv4Address(self.take(4)))
            case _Type.IPV6:
                return str(IPv6Address(self.take(16)))
            case _Type.STRING:
                return self.text()
            case _Type.BINARY:
                return self.take(self.number())
            case _:
                raise SpopError("a value of an unknown type")


def read_frame(data: bytes) -> Frame:
    """Read a frame that came with its length cut off.

    Raises:
        SpopError: it is none, or a fragment.
    """
    reader = Reader(data)
    try:
        kind = Kind(reader.take(1)[0])
    except ValueError as error:
        raise SpopError("a frame of an unknown kind") from error
    if not int.from_bytes(reader.take(4), "big") & _FINISHED:
        raise SpopError("a fragment")
    stream, number = reader.number(), reader.number()
    return Frame(kind, stream, number, reader.rest())


def pairs(payload: bytes) -> dict[str, Value]:
    """Names and values to the end: what a hello or a disconnect says."""
    reader = Reader(payload)
    found: dict[str, Value] = {}
    while not reader.done:
        name = reader.text()
        found[name] = reader.value()
    return found


def messages(payload: bytes) -> dict[str, dict[str, Value]]:
    """What a notify asks: arguments by message.

    Raises:
        SpopError: it is broken.
    """
    reader = Reader(payload)
    found: dict[str, dict[str, Value]] = {}
    while not reader.done:
        name = reader.text()
        arguments: dict[str, Value] = {}
        for _ in range(reader.take(1)[0]):
            key = reader.text()
            arguments[key] = reader.value()
        found[name] = arguments
    return found


def header_fields(data: bytes) -> list[tuple[bytes, bytes]]:
    """Read ``req.hdrs_bin``: lengths and bytes of names and values, ended by two empty ones.

    Raises:
        SpopError: it is broken or has no end.
    """
    reader = Reader(data)
    found: list[tuple[bytes, bytes]] = []
    while True:
        name = reader.take(reader.number())
        value = reader.take(reader.number())
        if not name:
            return found
        found.append((name.lower(), value))


def hello(offered: Frame) -> bytes:
    """The agent's answer to a hello: our version, and frames no longer than HAProxy offers.

    Raises:
        SpopError: it does not speak our version, or offers no length.
    """
    told = pairs(offered.payload)
    length, versions = told.get("max-frame-size"), told.get("supported-versions")
    if (
        not isinstance(length, int)
        or not isinstance(versions, str)
        or VERSION not in versions.replace(" ", "").split(",")
    ):
        raise SpopError("a hello in another version")
    longest = min(length, LONGEST_FRAME)
    said = _named("version", VERSION) + _named("max-frame-size", longest) + _named("capabilities", "pipelining")
    return _frame(Kind.AGENT_HELLO, 0, 0, payload=said)


def disconnect(status: int, message: str) -> bytes:
    """The agent's last words."""
    said = _named("status-code", status) + _named("message", message)
    return _frame(Kind.AGENT_DISCONNECT, 0, 0, payload=said)


def acknowledge(question: Frame, variables: Mapping[str, str | bool]) -> bytes:
    """Answer a notify by setting variables of the transaction."""
    actions = b"".join(bytes((_SET_VAR, 3, _TXN)) + _text(name) + _value(value) for name, value in variables.items())
    return _frame(Kind.ACK, question.stream, question.number, payload=actions)


def integer(value: int) -> bytes:
    """Write an integer of variable length."""
    if value < _ONE_BYTE:
        return bytes((value,))
    found = [(value & 0xFF) | _ONE_BYTE]
    value = (value - _ONE_BYTE) >> 4
    while value >= _MORE:
        found.append((value & 0xFF) | _MORE)
        value = (value - _MORE) >> 7
    return bytes((*found, value))


def _frame(kind: Kind, stream: int, number: int, *, payload: bytes) -> bytes:
    body = bytes((kind,)) + _FINISHED.to_bytes(4, "big") + integer(stream) + integer(number) + payload
    return len(body).to_bytes(4, "big") + body


def _text(text: str) -> bytes:
    data = text.encode("latin-1")
    return integer(len(data)) + data


def _value(value: str | bool | int) -> bytes:  # noqa: FBT001  # a value, not a switch
    if isinstance(value, bool):
        return bytes((_Type.BOOL | (value << 4),))
    if isinstance(value, int):
        return bytes((_Type.UINT32,)) + integer(value)
    return bytes((_Type.STRING,)) + _text(value)


def _named(name: str, value: str | int) -> bytes:
    return _text(name) + _value(value)
