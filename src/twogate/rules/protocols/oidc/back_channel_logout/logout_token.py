"""The logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4).

Decides its claims and its type, which is neither that of an ID token nor that of an access token: nobody who looks at
the type takes one for the other (RFC 8725 section 3.11). It never has a nonce.
"""

from typing import Any

from twogate.terms.consent import LogoutNotice
from twogate.terms.instant import Instant

TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFE = 120  # seconds, as section 2.4 recommends


def claims(notice: LogoutNotice, *, issuer: str, now: Instant) -> dict[str, Any]:
    """Return what this client is told. Each try says the same ``jti``: it is one logout."""
    return {
        "iss": issuer,
        "aud": notice.client,
        "sub": notice.subject,
        "sid": notice.session,
        "iat": now.seconds,
        "exp": now.plus(LIFE).seconds,
        "jti": notice.id,
        "events": {EVENT: {}},
    }
