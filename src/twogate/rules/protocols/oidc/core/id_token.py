"""The ID token (OpenID Connect Core sections 2 and 3.1.3.6): who signed in, when and how, for one client.

Decides its claims. It opens no API: its type is not that of an access token, and its audience is the client.
"""

import base64
import hashlib
from typing import Any

from twogate.rules.assurance.level import Assurance
from twogate.terms.instant import Instant
from twogate.terms.secret import Secret
from twogate.terms.session import Grant

TYPE = "JWT"


def claims(
    worth: Assurance,
    grant: Grant,
    *,
    issuer: str,
    access_token: Secret,
    nonce: str,
    now: Instant,
    life: int,
) -> dict[str, Any]:
    """Return what the client of this grant learns about its owner."""
    said: dict[str, Any] = {
        "iss": issuer,
        "sub": grant.user,
        "aud": grant.client,
        "azp": grant.client,
        "exp": now.plus(life).seconds,
        "iat": now.seconds,
        "auth_time": worth.auth_time.seconds,
        "acr": worth.level.acr,
        "amr": list(worth.amr),
        "sid": grant.session,
        "at_hash": at_hash(access_token),
    }
    return said | ({"nonce": nonce} if nonce else {})


def at_hash(access_token: Secret) -> str:
    """Left half of the SHA-256 (ES256 hashes with SHA-256), base64url (section 3.1.3.6)."""
    digest = hashlib.sha256(access_token.reveal()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode("ascii").rstrip("=")
