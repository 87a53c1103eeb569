"""A push subscription as a browser hands it in (Push API, ``PushSubscription.toJSON()``; RFC 8291 section 2).

Decides which subscriptions are taken: only to push services that the operator knows, because whatever address stands
there is called from inside the operator's network.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_LONGEST = 2048
_POINT, _AUTH = 65, 16
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~!$&'()*+,;=:@/%?-]*")


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where to send, and the browser's two secrets for it."""

    endpoint: str = field(repr=False)
    p256dh: bytes = field(repr=False)  # its public key, an uncompressed point
    auth: bytes = field(repr=False)


def read_subscription(raw: Mapping[str, str], services: Collection[str]) -> Passed[Subscription] | Refused:
    """Read ``endpoint``, ``p256dh`` and ``auth``; ``services`` are origins, ``*.`` stands for any one label."""
    endpoint = raw.get("endpoint", "")
    if len(endpoint) > _LONGEST or not _ENDPOINT.fullmatch(endpoint) or not is_known(endpoint, services):
        return Refused(Reason.INPUT_MALFORMED, "the endpoint is not at a push service that is allowed")
    point, auth = _decode(raw.get("p256dh", "")), _decode(raw.get("auth", ""))
    if len(auth) != _AUTH or len(point) != _POINT or not _on_curve(point):
        return Refused(Reason.INPUT_MALFORMED, "the subscription's keys")
    return Passed(Subscription(endpoint, point, auth))


def is_known(endpoint: str, services: Collection[str]) -> bool:
    """Whether the endpoint's origin is one of these."""
    found = origin_of(endpoint)
    return any(found == service or _fits(found, service) for service in services)


def origin_of(url: str) -> str:
    """Scheme, host and port in lower case."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _fits(origin: str, service: str) -> bool:
    before, star, after = service.partition("*.")
    label = origin.removeprefix(before).removesuffix(f".{after}")
    return bool(star) and origin == f"{before}{label}.{after}" and re.fullmatch(r"[a-z0-9-]+", label) is not None


def _on_curve(point: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
