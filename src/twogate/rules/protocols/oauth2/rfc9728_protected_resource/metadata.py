"""What the protected API says about itself (RFC 9728 section 2): which server's tokens it takes, and how."""

from typing import Any

from twogate.rules.protocols.oauth2.rfc9449_dpop.proof import ALGORITHMS


def resource(public_url: str, *, issuer: str) -> dict[str, Any]:
    """Return the metadata document of the API behind the gateway."""
    return {
        "resource": public_url,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "dpop_bound_access_tokens_required": False,
        "jwks_uri": f"{issuer}/oauth2/jwks",
    }
