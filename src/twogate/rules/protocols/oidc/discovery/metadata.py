"""What this OpenID provider says about itself (OpenID Connect Discovery 1.0 section 3)."""

from typing import Any

from twogate.rules.protocols.jose import rsa
from twogate.rules.protocols.jose.es256 import ALGORITHM
from twogate.rules.protocols.oauth2.rfc8414_metadata.metadata import server
from twogate.rules.protocols.oidc.core import user_info


def provider(issuer: str, *, certificates: bool = False, documents: bool = False) -> dict[str, Any]:
    """Return the metadata document: that of the authorization server, and what OpenID Connect adds.

    ``documents``: a client may describe itself at the address that is its id.
    """
    return server(issuer, certificates=certificates) | {
        "userinfo_endpoint": f"{issuer}/oauth2/userinfo",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM, *rsa.ALGORITHMS],
        "scopes_supported": list(user_info.SCOPES),
        "claims_supported": [*user_info.CLAIMS, "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_parameter_supported": True,
        "end_session_endpoint": f"{issuer}/oauth2/logout",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "client_id_metadata_document_supported": documents,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
