"""A compact JWS of somebody else (RFC 7515 section 7.1), read strictly before anything in it is believed.

Decides which bytes are one at all: three parts of canonical base64url, header and claims JSON objects without
repeated names, no extension that must be understood. Which algorithm and key are right is for whoever expects one.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

LONGEST = 8_192  # characters; a longer one is refused before anything is decoded
_LAST = 2**48  # seconds; also keeps out what is no number at all
_SHAPE = re.compile(r"[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{1,}")


@dataclass(frozen=True, slots=True)
class Jws:
    """A signed statement; nobody has looked at the signature yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def read(text: str) -> Passed[Jws] | Refused:
    """Take one apart."""
    if len(text) > LONGEST or not _SHAPE.fullmatch(text):
        return Refused(Reason.TOKEN_INVALID, "not a compact JWS")
    header, body, last = text.split(".")
    head, claims, signature = read_object(header), read_object(body), decode(last)
    if head is None or claims is None or signature is None:
        return Refused(Reason.TOKEN_INVALID, "a part is not canonical base64url of a JSON object")
    if "crit" in head:  # RFC 7515 section 4.1.11: none of its extensions is understood here
        return Refused(Reason.TOKEN_INVALID, "an extension that must be understood")
    return Passed(Jws(head, claims, f"{header}.{body}".encode(), signature))


def encode(raw: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decode(part: str) -> bytes | None:
    """Read base64url that is written in the one canonical way; None when it is not."""
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return None
    return raw if encode(raw) == part else None


def read_object(part: str) -> dict[str, Any] | None:
    """Read one part as a JSON object without repeated names; None when it is anything else."""
    raw = decode(part)
    if raw is None:
        return None
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=without_repeats)
        if b"\\u" in raw:  # an escape can say half of a surrogate pair, which is no text: nobody could hash or store it
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def moment(claim: object) -> float | None:
    """Read a NumericDate (RFC 7519 section 2); None when it is none."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not abs(claim) <= _LAST:
        return None
    return float(claim)


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members.

    Raises:
        ValueError: a name is repeated.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found
