"""What introspection says about a token (RFC 7662 section 2.2, RFC 9068 section 4, RFC 9470 section 6.2).

Decides the members of the answer. An inactive token yields ``{"active": false}`` and nothing else, whatever the
reason, so that the endpoint tells nothing about tokens that are not good.
"""

from typing import Any

from twogate.rules.assurance.level import Level
from twogate.rules.protocols.oauth2.rfc8705_mutual_tls.confirmation import confirmation
from twogate.terms.access import AccessFacts
from twogate.terms.session import RefreshToken

INACTIVE: dict[str, Any] = {"active": False}


def active(facts: AccessFacts, *, issuer: str, token_type: str, **more: str) -> dict[str, Any]:
    """Describe an access token or API token in force, with what it is bound to (RFC 8705 section 3.2)."""
    found: dict[str, Any] = {
        "scope": " ".join(facts.scope),
        "client_id": facts.client,
        "exp": facts.expires,
        "iat": facts.issued,
        "nbf": facts.not_before,
        "amr": list(facts.amr),
        "auth_time": facts.auth_time,
        "cnf": confirmation(facts.binding),
        **more,
    }
    always = {
        "active": True,
        "iss": issuer,
        "sub": facts.subject,
        "aud": facts.audience,
        "acr": Level(facts.rank).acr,
        "token_type": token_type,
    }
    return always | {name: value for name, value in found.items() if value}


def active_refresh(token: RefreshToken, *, issuer: str, subject: str) -> dict[str, Any]:
    """Describe a refresh token to the client it belongs to."""
    return {
        "active": True,
        "iss": issuer,
        "sub": subject,
        "client_id": token.client,
        "scope": " ".join(token.scope),
        "exp": token.expires.seconds,
        "iat": token.issued.seconds,
    }
