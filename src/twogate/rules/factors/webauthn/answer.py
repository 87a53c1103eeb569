"""What a browser sends back, read strictly: the JSON of ``PublicKeyCredential.toJSON()`` and its client data.

Decides what is well-formed, and what holds for both ceremonies (W3C Web Authentication, sections 7.1 and 7.2): one id
written two ways alike, the type of ceremony, our own fresh challenge, our own page, and no frame in somebody else's.
Signatures, keys and counters are for ``registration`` and ``assertion``.
"""

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

LONGEST_ANSWER = 49_152  # bytes; a form holds 64 KiB, a chain of certificates takes some five
LONGEST_ID = 1023  # bytes of a credential id (section 7.1, step 25)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class ClientData:
    """What the browser says about the ceremony (section 5.8.1)."""

    kind: str
    challenge: str
    origin: str
    cross_origin: bool = False
    top_origin: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``raw`` is the whole of it, for the library that verifies signatures."""

    credential_id: str  # base64url
    response: Mapping[str, str] = field(repr=False)  # texts only
    transports: tuple[str, ...]
    client_data: ClientData
    raw: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer must fit."""

    kind: str  # "webauthn.create" or "webauthn.get"
    challenge: str  # base64url
    origin: str


def encode(value: bytes) -> str:
    """Return base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(value).decode("ascii").rstrip("=")


def decode(text: str) -> bytes | None:
    """Read base64url; None if it is not written in the one way there is."""
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        return None
    value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return value if encode(value) == text else None


def credential_id(given: Secret) -> str:
    """Return which credential an answer names; empty if it names none properly."""
    raw = _object(given.reveal()) if len(given) <= LONGEST_ANSWER else None
    return "" if raw is None else _id(raw)


def read(given: Secret) -> Answer | Refused:
    """Read an answer."""
    if len(given) > LONGEST_ANSWER:
        return _malformed("longer than an answer is")
    raw = _object(given.reveal())
    if raw is None:
        return _malformed("not one JSON object")
    name = _id(raw)
    if not name:
        return _malformed("id and rawId are not one credential id")
    if raw.get("type") != "public-key":
        return _malformed("not a public key")
    response = raw.get("response")
    if not isinstance(response, dict):
        return _malformed("no response")
    texts = {key: value for key, value in response.items() if isinstance(value, str)}
    client_data = _client_data(decode(texts.get("clientDataJSON", "")))
    if isinstance(client_data, Refused):
        return client_data
    listed = response.get("transports")
    transports = tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
    return Answer(name, texts, transports, client_data, raw)


def refuse(answer: Answer, asked: Asked) -> Refused | None:
    """Why the client data does not fit what was asked (sections 7.1 and 7.2, steps on clientDataJSON)."""
    data = answer.client_data
    if data.kind != asked.kind:
        return _wrong("the client data are of another ceremony")
    if not hmac.compare_digest(data.challenge.encode(), asked.challenge.encode()):
        return _wrong("the challenge is another")
    if data.origin != asked.origin:
        return _wrong(f"the origin is {data.origin[:200]!r}")
    if data.cross_origin or data.top_origin is not None:
        return _wrong("the page was in a frame of another site")
    return None


def _object(text: bytes) -> dict[str, Any] | None:
    """Read one JSON object in UTF-8 in which no name stands twice; None otherwise.

    An escape can say half of a surrogate pair, which is no text: whoever compared or stored it would stumble.
    """
    try:
        found = json.loads(text.decode("utf-8"), object_pairs_hook=_once)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _id(raw: Mapping[str, Any]) -> str:
    name = raw.get("id")
    if not isinstance(name, str) or raw.get("rawId") != name:
        return ""
    value = decode(name)
    return name if value and len(value) <= LONGEST_ID else ""


def _client_data(text: bytes | None) -> ClientData | Refused:
    raw = _object(text) if text else None
    if raw is None:
        return _malformed("the client data are not one JSON object")
    kind, challenge, origin = raw.get("type"), raw.get("challenge"), raw.get("origin")
    if not (isinstance(kind, str) and isinstance(challenge, str) and isinstance(origin, str)):
        return _malformed("the client data lack type, challenge or origin")
    cross, top = raw.get("crossOrigin", False), raw.get("topOrigin")
    if not isinstance(cross, bool) or not (top is None or isinstance(top, str)):
        return _malformed("crossOrigin or topOrigin is of another kind")
    return ClientData(kind, challenge, origin, cross, top)


def _malformed(detail: str) -> Refused:
    return Refused(Reason.PASSKEY_MALFORMED, detail)


def _wrong(detail: str) -> Refused:
    return Refused(Reason.PASSKEY_WRONG, detail)
