"""ES256 tokens in compact form (RFC 7515 section 7.1, RFC 7518 section 3.4), strict in both directions.

Decides which bytes are a token of ours. There is exactly one spelling of each: three parts of canonical base64url,
a header of exactly ``alg``, ``kid`` and ``typ``, and the lower of the two signatures that ECDSA allows. A token that
could be respelt would have a second SHA-256 and slip past a revocation list that knows tokens by their digest.
What the claims mean is for the folder of the token's own specification.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from twogate.rules.protocols.jose.compact import encode, read_object
from twogate.terms.access import CANONICAL_JWT
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALGORITHM = "ES256"
LONGEST = 8_192  # characters; a longer "token" is refused before anything is decoded
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186, 3.2.1.3)
_HALF = 1 << 255
_SHAPE = re.compile(CANONICAL_JWT)
_HEADER = {"alg", "kid", "typ"}


def sign(claims: Mapping[str, Any], *, typ: str, kid: str, key: ECKey) -> Secret:
    """Return the one compact form of these claims under this key."""
    private = key.private_key
    if private is None:
        raise ValueError("signing needs the private half")
    header = encode(json.dumps({"typ": typ, "alg": ALGORITHM, "kid": kid}, separators=(",", ":")).encode())
    body = encode(json.dumps(claims, separators=(",", ":")).encode())
    signed = f"{header}.{body}"
    while True:
        r, s = decode_dss_signature(private.sign(signed.encode(), ECDSA(SHA256())))
        s = min(s, _ORDER - s)
        if s < _HALF <= _ORDER - s:  # the twin signature is told apart by one bit; misses once in 2**32
            return Secret(f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}")


def verify(token: str, keys: Mapping[str, ECKey], *, typ: str) -> Passed[dict[str, Any]] | Refused:
    """Return the claims of a token of this type, signed by the named one of ``keys``."""
    if len(token) > LONGEST or not _SHAPE.fullmatch(token):
        return Refused(Reason.TOKEN_INVALID, "not a canonical compact JWS")
    header, body, _signature = token.split(".")
    head = read_object(header)
    if head is None or set(head) != _HEADER:
        return Refused(Reason.TOKEN_INVALID, "header is not exactly alg, kid, typ")
    if head["alg"] != ALGORITHM or head["typ"] != typ:
        return Refused(Reason.TOKEN_INVALID, "alg or typ is another one")
    key = keys.get(head["kid"]) if isinstance(head["kid"], str) else None
    if key is None:
        return Refused(Reason.TOKEN_INVALID, "no such key")
    try:
        jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError) as fault:
        return Refused(Reason.TOKEN_INVALID, f"signature: {type(fault).__name__}")
    claims = read_object(body)
    return Refused(Reason.TOKEN_INVALID, "claims are no JSON object") if claims is None else Passed(claims)
