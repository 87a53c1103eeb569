"""Is this a proof for this request (RFC 9449 sections 4.2 and 4.3, all of its checks but the nonce)?

Decides from the header's text what it proves, or why nothing: one JWT of the right type, signed by the key that it
shows, for this method, place, time and token. Who was first to bring it is for ``store.replays``, by the mark that is
made here; whether its nonce is ours is for ``nonce``.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from twogate.rules.protocols.jose import compact, public_key
from twogate.rules.protocols.jose.compact import Jws
from twogate.rules.protocols.jose.public_key import PublicKey
from twogate.rules.protocols.oauth2.rfc9449_dpop.errors import InvalidDpopProof
from twogate.rules.protocols.oauth2.rfc9449_dpop.target import same_place
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed

HEADER = "dpop"
SCHEME = "DPoP"
TYPE = "dpop+jwt"
ALGORITHMS = public_key.ALGORITHMS
AGE = 60  # seconds since it was made
AHEAD = 15  # seconds by which a client's clock may be fast
_LONGEST_ID = 512
LONGEST_NONCE = 320  # ours have some 230 characters
_NONCE = re.compile(rf"[\x21\x23-\x5b\x5d-\x7e]{{0,{LONGEST_NONCE}}}")  # section 8.1: NQCHAR


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that a proof came with, as the server itself knows it."""

    method: str
    url: str
    access_token: str | None = None  # base64url of the SHA-256 of the token beside it; None: there is none


@dataclass(frozen=True, slots=True)
class Proved:
    """The owner of a key made this request; the proof is used up once its mark is."""

    thumbprint: str  # RFC 7638
    mark: str  # the same for each use of one proof, and of no other
    until: Instant  # when nobody would take it any more anyway
    nonce: str


def check(headers: Sequence[str], asked: Asked, *, now: Instant) -> Proved | InvalidDpopProof:
    """Check a request's ``DPoP`` header fields."""
    if len(headers) != 1:
        return _no("send one DPoP header" if headers else "the DPoP header is missing")
    read = compact.read(headers[0])
    if not isinstance(read, Passed):
        return _no("the proof is no JWT", read.detail)
    jws = read.value
    typ = jws.header.get("typ")
    if not isinstance(typ, str) or typ.lower() != TYPE:
        return _no("typ is dpop+jwt")
    key = public_key.read_key(jws.header.get("jwk"))
    if not isinstance(key, Passed):
        return _no(f"jwk is a public key for one of {', '.join(ALGORITHMS)}", key.detail)
    if not key.value.signed(jws):
        return _no("alg or signature does not fit jwk")
    return _fits(jws, key.value, asked, now=now)


def _fits(jws: Jws, key: PublicKey, asked: Asked, *, now: Instant) -> Proved | InvalidDpopProof:
    said = jws.claims
    identifier, made, nonce = said.get("jti"), compact.moment(said.get("iat")), said.get("nonce", "")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID:
        return _no("jti is missing or too long")
    if said.get("htm") != asked.method:
        return _no("htm is another method")
    if not same_place(said.get("htu"), asked.url):
        return _no("htu is another place")
    if made is None:
        return _no("iat is missing")
    if not now.seconds - AGE <= made <= now.seconds + AHEAD:
        return _no("iat is too long ago, or to come")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        return _no("nonce is none of ours")
    if asked.access_token is not None and not _of_token(said.get("ath"), asked.access_token):
        return _no("ath is of another token")
    mark = hashlib.sha256(f"{TYPE}\0{key.thumbprint}\0{identifier}".encode("utf-8", "surrogatepass"))
    return Proved(key.thumbprint, mark.hexdigest(), Instant.from_seconds(int(made) + AGE + 1), nonce)


def _of_token(ath: object, access_token: str) -> bool:
    return isinstance(ath, str) and hmac.compare_digest(ath.encode("utf-8", "surrogatepass"), access_token.encode())


def _no(hint: str, detail: str = "") -> InvalidDpopProof:
    return InvalidDpopProof(Reason.DPOP_INVALID, hint, detail)
