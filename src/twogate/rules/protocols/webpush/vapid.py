"""Who sends a push message: a signed token for the push service (RFC 8292, "VAPID").

Decides the Authorization header. The token is for one push service and half a day; its key is what browsers were
subscribed with, so it must not change.
"""

import base64
import json

from joserfc import jws
from joserfc.jwk import ECKey

from twogate.rules.protocols.webpush.subscription import origin_of
from twogate.terms.instant import Instant

LIFE = 43_200  # seconds; section 2 allows a day


def authorization(endpoint: str, *, subject: str, key: ECKey, now: Instant) -> str:
    """Return the header's value (section 3). ``subject``: how to reach the operator, ``mailto:`` or ``https:``."""
    claims = {"aud": origin_of(endpoint), "exp": now.seconds + LIFE, **({"sub": subject} if subject else {})}
    header = {"typ": "JWT", "alg": "ES256"}
    token = jws.serialize_compact(header, json.dumps(claims, separators=(",", ":")), key, algorithms=["ES256"])
    return f"vapid t={token}, k={public_key(key)}"


def public_key(key: ECKey) -> str:
    """The uncompressed point in base64url: what a browser calls ``applicationServerKey``."""
    public = key.as_dict(private=False)
    return _uncompressed(str(public["x"]), str(public["y"]))


def _uncompressed(x: str, y: str) -> str:
    raw = b"\x04" + b"".join(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (x, y))
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
