"""Writes small databases in MaxMind's format, version 2.0, so that no test needs anybody's data.

From the format's public description: a binary tree of networks, then a section of records, then metadata.
"""

import struct
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network
from pathlib import Path
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_BOTH = 6
_IPV4_BITS = 96


class Short(int):
    """Written as an unsigned number of 16 bits."""


class Long(int):
    """Written as one of 64 bits."""


def write_mmdb(path: Path, records: Mapping[str, Any], *, version: int = _BOTH, kind: str = "Test") -> Path:
    """Write networks and their records; a narrower network beats a wider one. IPv4 lies at ::/96."""
    nodes: list[list[Any]] = [[None, None]]
    order = sorted(records, key=lambda text: ip_network(text).prefixlen + _IPV4_BITS * (":" not in text))
    for text in order:
        _insert(nodes, _bits(text, version), records[text])
    data, offsets = _data(nodes)
    tree = b"".join(struct.pack(">II", *(_value(side, nodes, offsets) for side in node)) for node in nodes)
    meta = _encode(
        {
            "binary_format_major_version": Short(2),
            "binary_format_minor_version": Short(0),
            "build_epoch": Long(1_795_521_600),
            "database_type": kind,
            "description": {"en": "made by a test"},
            "ip_version": Short(version),
            "languages": ["en"],
            "node_count": len(nodes),
            "record_size": Short(32),
        }
    )
    path.write_bytes(tree + bytes(16) + data + _MARKER + meta)
    return path


def _bits(text: str, version: int) -> str:
    network = ip_network(text)
    width = 32 if isinstance(network, IPv4Network) else 128
    prefix = f"{int(network.network_address):0{width}b}"[: network.prefixlen]
    return "0" * _IPV4_BITS + prefix if version == _BOTH and width != 128 else prefix


def _insert(nodes: list[list[Any]], bits: str, record: Any) -> None:
    number = 0
    for bit in bits[:-1]:
        child = nodes[number][int(bit)]
        if not isinstance(child, int):
            nodes.append([child, child])  # what was said of the wider network holds for both halves
            nodes[number][int(bit)] = child = len(nodes) - 1
        number = child
    nodes[number][int(bits[-1])] = {"": record}


def _data(nodes: list[list[Any]]) -> tuple[bytes, dict[str, int]]:
    data, offsets = b"", {}
    for node in nodes:
        for side in node:
            if isinstance(side, dict) and repr(side) not in offsets:
                offsets[repr(side)] = len(data)
                data += _encode(side[""])
    return data, offsets


def _value(side: Any, nodes: list[list[Any]], offsets: dict[str, int]) -> int:
    if side is None:
        return len(nodes)
    return side if isinstance(side, int) else len(nodes) + 16 + offsets[repr(side)]


def _encode(value: Any) -> bytes:
    match value:
        case str():
            return _head(2, len(value.encode())) + value.encode()
        case bool():
            return _head(14, int(value))
        case float():
            return _head(3, 8) + struct.pack(">d", value)
        case Short():
            return _number(5, value)
        case Long():
            return _number(9, value)
        case int():
            return _number(6, value)
        case dict():
            return _head(7, len(value)) + b"".join(_encode(key) + _encode(value[key]) for key in value)
        case _:
            return _head(11, len(value)) + b"".join(map(_encode, value))


def _number(kind: int, value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8)
    return _head(kind, len(digits)) + digits


def _head(kind: int, size: int) -> bytes:
    assert size < 29 + 256
    small, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([(kind << 5) | small]) + more if kind < 8 else bytes([small, kind - 7]) + more
