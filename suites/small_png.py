"""Pictures for the documentation, made small: 256 colours are enough for a page, and no library is needed for them.

Reads the PNG that a browser writes (8 bits, RGB or RGBA, not interlaced) and writes one with a palette (W3C PNG,
sections 9 and 11.2).
"""

import struct
import zlib
from collections import Counter

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256
Colour = tuple[int, int, int]


def small(png: bytes) -> bytes:
    """Return the same picture with at most 256 colours; the rarest take the nearest of the others."""
    width, height, pixels = _read(png)
    counted = Counter(pixels)
    palette = [colour for colour, _ in counted.most_common(_COLOURS)]
    index = {colour: at for at, colour in enumerate(palette)}
    for colour in counted:
        if colour not in index:
            index[colour] = min(range(len(palette)), key=lambda at: _apart(palette[at], colour))
    rows = (bytes([0, *(index[one] for one in pixels[at : at + width])]) for at in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(value for colour in palette for value in colour)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _apart(one: Colour, other: Colour) -> int:
    return sum((mine - theirs) ** 2 for mine, theirs in zip(one, other, strict=True))


def _read(png: bytes) -> tuple[int, int, list[Colour]]:
    header, data = b"", b""
    at = len(_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        body = png[at + 8 : at + 8 + length]
        header, data = (body, data) if kind == b"IHDR" else (header, data + body if kind == b"IDAT" else data)
        at += 12 + length
    width, height, depth, kind_of_colour = struct.unpack_from(">IIBB", header)
    assert depth == 8
    size = {2: 3, 6: 4}[kind_of_colour]
    raw, stride = zlib.decompress(data), width * size
    before, pixels = bytes(stride), []
    for row in range(height):
        start = row * (stride + 1)
        before = _unfilter(raw[start], raw[start + 1 : start + 1 + stride], before, size=size)
        pixels += [(before[i], before[i + 1], before[i + 2]) for i in range(0, stride, size)]
    return width, height, pixels


def _unfilter(kind: int, line: bytes, above: bytes, *, size: int) -> bytes:
    out = bytearray(line)
    for i in range(len(out)):
        left = out[i - size] if i >= size else 0
        corner = above[i - size] if i >= size else 0
        out[i] = (out[i] + (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]) & 255
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))
