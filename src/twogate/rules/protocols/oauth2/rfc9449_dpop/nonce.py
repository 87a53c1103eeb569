"""Nonces (RFC 9449 sections 8 and 9): a client shows that it made its proof not long ago, whatever its clock says.

Decides that a nonce is a signed time, so that every process and every node knows one of ours without asking anybody.
It may be used for as long as it lives: that a proof counts once is decided by its own mark.
"""

from collections.abc import Mapping

from joserfc.jwk import ECKey

from twogate.rules.protocols.jose import es256
from twogate.terms.instant import Instant
from twogate.terms.verdict import Passed

HEADER = "DPoP-Nonce"
TYPE = "dpop-nonce+jwt"
LIFE = 300  # seconds


def make(*, kid: str, key: ECKey, now: Instant) -> str:
    """Return a nonce of now."""
    return es256.sign({"made": now.seconds}, typ=TYPE, kid=kid, key=key).text()


def good(nonce: str, keys: Mapping[str, ECKey], *, now: Instant) -> bool:
    """Whether it is one of ours, and young enough."""
    read = es256.verify(nonce, keys, typ=TYPE)
    made = read.value.get("made") if isinstance(read, Passed) else None
    return isinstance(made, int) and now.seconds - LIFE <= made <= now.seconds + 1
