"""What the protected API says about itself (RFC 9728 section 2): which server's tokens it takes, and how."""

from typing import Any


def resource(public_url: str, *, issuer: str) -> dict[str, Any]:
    """Return the metadata document of the API behind the gateway."""
    return {
        "resource": public_url,
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "jwks_uri": f"{issuer}/oauth2/jwks",
    }
