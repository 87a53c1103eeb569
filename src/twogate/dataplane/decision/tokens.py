"""Access tokens: verified once, then remembered by their digest.

Decides what is an access token of ours, as ``rules.haproxy.emit.jwt`` does (RFC 9068 section 4, RFC 8725 sections 3.1
and 3.11): one spelling, type, algorithm and key id pinned before the signature is looked at, then the issuer. What is
remembered is only what the token itself says; whether it is still good is asked anew for each request.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode

from twogate.rules.haproxy import maps
from twogate.terms.access import CANONICAL_JWT, AccessFacts
from twogate.terms.changes import VerificationKey

_CANONICAL = re.compile(CANONICAL_JWT)
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_ALGORITHM = "ES256"
_MOST = 100_000


class Tokens:
    """What one key set vouches for. Another key set or issuer begins anew, with nothing remembered."""

    def __init__(self, keys: Iterable[VerificationKey], issuer: str, *, most: int = _MOST) -> None:
        self._keys = {key.kid: ECKey.import_key(key.pem) for key in keys}
        self._issuer = issuer
        self._known: dict[str, AccessFacts] = {}
        self._most = most

    def facts(self, token: str, digest: str) -> AccessFacts | None:
        """Return what a token says, None when nobody vouches for it; ``digest`` is its SHA-256."""
        known = self._known.get(digest)
        if known is not None:
            return known
        found = self._verified(token)
        if found is not None:
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[digest] = found
        return found

    def sweep(self, now: int) -> None:
        """Forget tokens that have expired (NumericDate)."""
        over = [digest for digest, facts in self._known.items() if 0 < facts.expires <= now]
        for digest in over:
            del self._known[digest]

    def _verified(self, token: str) -> AccessFacts | None:
        if len(token) > maps.MAX_CREDENTIAL or not _CANONICAL.fullmatch(token):
            return None
        head = _json(token.partition(".")[0])
        if head.get("alg") != _ALGORITHM or str(head.get("typ")).lower() not in _TYPES:
            return None
        key = self._keys.get(str(head.get("kid")))
        if key is None:
            return None
        try:
            claims = _read(jws.deserialize_compact(token, key, algorithms=[_ALGORITHM]).payload)
            if claims.get("iss") != self._issuer:
                return None
            return AccessFacts.unpack(str(claims.get("tg")))
        except (JoseError, ValueError, TypeError, RecursionError):
            return None


def _json(part: str) -> dict[str, Any]:
    try:
        return _read(urlsafe_b64decode(part.encode()))
    except (ValueError, RecursionError):
        return {}


def _read(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    return found if isinstance(found, dict) else {}
