"""``private_key_jwt`` (RFC 7523 sections 2.2 and 3): a statement that only the client can sign, for us, once.

Decides when it proves a client. Its audience is our issuer and nothing else, as one text: a statement that several
servers would take is one that any of them can use at the others (FAPI 2.0 section 5.3.2.1). Algorithms are those of the
registered keys. That it counts once is for ``store.replays``, by the mark that is made here.
"""

import hashlib
import math
from dataclasses import dataclass

from twogate.rules.protocols.jose.compact import Jws, moment
from twogate.rules.protocols.jose.public_key import read_keys, signer_of
from twogate.terms.client import Client
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = 3_660  # seconds it may still be good for: for so long it is remembered
_AHEAD = 15  # seconds by which a client's clock may be fast
_LONGEST_ID = 512
_TYPES = ("jwt", "client-authentication+jwt")


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a statement, and until when."""

    digest: str
    until: Instant


def subject(jws: Jws) -> str:
    """The client that it speaks for; empty when it says none."""
    said = jws.claims.get("sub")
    return said if isinstance(said, str) else ""


def check(jws: Jws, client: Client, *, issuer: str, now: Instant) -> Passed[Mark] | Refused:
    """Return the mark of a good statement of this client, or why it is none."""
    said = jws.claims
    if str(jws.header.get("typ", "JWT")).lower() not in _TYPES:
        return _no("typ is another one")
    if signer_of(jws, read_keys(client.jwks)) is None:
        return _no("no registered key signed it")
    if said.get("iss") != client.id or said.get("sub") != client.id:
        return _no("iss and sub are the client's id")
    if said.get("aud") != issuer:
        return _no("aud is the issuer, as one text")
    identifier = said.get("jti")
    if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID:
        return _no("jti is missing or too long")
    ends = moment(said.get("exp"))
    if ends is None or not now.seconds < ends <= now.seconds + LONGEST_LIFE:
        return _no("exp is missing, over, or too far away")
    begins = [moment(said[name]) for name in ("nbf", "iat") if name in said]
    if any(begin is None or begin > now.seconds + _AHEAD for begin in begins):
        return _no("nbf or iat is to come")
    digest = hashlib.sha256(f"{ASSERTION_TYPE}\0{client.id}\0{identifier}".encode("utf-8", "surrogatepass"))
    return Passed(Mark(digest.hexdigest(), Instant.from_seconds(math.ceil(ends) + 1)))


def _no(detail: str) -> Refused:
    return Refused(Reason.CLIENT_REFUSED, detail)
