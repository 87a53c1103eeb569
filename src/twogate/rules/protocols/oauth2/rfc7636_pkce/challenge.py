"""Code challenge and verifier (RFC 7636 sections 4.1 to 4.6).

Decides that every client sends a challenge of method S256, and when a verifier answers it. ``plain`` does not exist
here, so nobody can be talked down to it.
"""

import base64
import hashlib
import hmac
import re

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.reasons import Reason

METHOD = "S256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def read_challenge(parameters: Parameters) -> str | InvalidRequest:
    """Return the challenge of an authorization request."""
    challenge = parameters.get("code_challenge")
    if not challenge:
        return InvalidRequest(Reason.PKCE_REQUIRED, "code_challenge is missing")
    if parameters.get("code_challenge_method") != METHOD:
        return InvalidRequest(Reason.PKCE_REQUIRED, "code_challenge_method is S256, nothing else")
    if not _CHALLENGE.fullmatch(challenge):
        return InvalidRequest(Reason.PKCE_REQUIRED, "code_challenge is 43 characters of base64url")
    return challenge


def challenge_of(verifier: str) -> str:
    """Return BASE64URL(SHA256(verifier)) (section 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def answers(verifier: str, challenge: str) -> InvalidGrant | None:
    """Return why the verifier does not answer the challenge; None: it does. An empty challenge has no answer."""
    if not challenge or not _VERIFIER.fullmatch(verifier):
        return InvalidGrant(Reason.GRANT_INVALID, "code_verifier is missing or malformed")
    if not hmac.compare_digest(challenge_of(verifier), challenge):
        return InvalidGrant(Reason.GRANT_INVALID, "code_verifier does not answer the code_challenge")
    return None
