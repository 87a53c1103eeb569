"""What this authorization server says about itself (RFC 8414 section 2).

Decides every URL and every list in it, from the issuer alone. OpenID Connect adds its own in ``oidc.discovery``.
"""

from typing import Any

from twogate.rules.protocols.jose.public_key import ALGORITHMS
from twogate.rules.protocols.oauth2.rfc6749_framework.token_request import GRANT_TYPES
from twogate.rules.protocols.oauth2.rfc7636_pkce.challenge import METHOD
from twogate.rules.protocols.oauth2.rfc9470_step_up.demand import LEVELS

CONFIDENTIAL = ("client_secret_basic", "client_secret_post", "private_key_jwt")
BY_CERTIFICATE = ("tls_client_auth", "self_signed_tls_client_auth")


def server(issuer: str, *, certificates: bool = False) -> dict[str, Any]:
    """Return the metadata document; ``certificates``: the gateway asks callers for theirs."""
    at = f"{issuer}/oauth2"
    proving = [*CONFIDENTIAL, *(BY_CERTIFICATE if certificates else ())]
    algorithms = list(ALGORITHMS)
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "jwks_uri": f"{at}/jwks",
        "registration_endpoint": f"{at}/register",
        "revocation_endpoint": f"{at}/revoke",
        "introspection_endpoint": f"{at}/introspect",
        "authorization_challenge_endpoint": f"{at}/authorize-challenge",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": list(GRANT_TYPES),
        "pushed_authorization_request_endpoint": f"{at}/par",
        "require_pushed_authorization_requests": False,
        "device_authorization_endpoint": f"{at}/device_authorization",
        "dpop_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": [*proving, "none"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": [*proving, "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": proving,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": [METHOD],
        "authorization_response_iss_parameter_supported": True,
        "acr_values_supported": [level.acr for level in LEVELS],
    }
