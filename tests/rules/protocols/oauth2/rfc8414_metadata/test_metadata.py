"""Authorization server metadata."""

from twogate.rules.protocols.oauth2.rfc8414_metadata.metadata import server

ISSUER = "https://api.example.com/.twogate"


def test_every_url_stands_under_the_issuer() -> None:
    """RFC 8414 section 2; a document never points elsewhere."""
    document = server(ISSUER)
    assert document["issuer"] == ISSUER
    urls = [value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))]
    assert all(url.startswith(f"{ISSUER}/oauth2/") for url in urls)


def test_only_what_is_built_is_announced() -> None:
    """No implicit grant, no password grant, no plain PKCE (RFC 9700 sections 2.1 and 2.4)."""
    document = server(ISSUER)
    assert document["response_types_supported"] == ["code"]
    assert document["grant_types_supported"] == [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
    ]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["acr_values_supported"] == ["aal1", "aal2", "phr", "phrh", "aal3"]
    assert document["dpop_signing_alg_values_supported"] == ["ES256", "PS256", "EdDSA"]
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]
    assert document["authorization_response_iss_parameter_supported"] is True


def test_certificates_are_announced_where_callers_are_asked_for_them() -> None:
    """RFC 8705 section 2: without a gateway that asks, nobody could prove themselves so."""
    methods = "token_endpoint_auth_methods_supported"
    assert "tls_client_auth" not in server(ISSUER)[methods]
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(server(ISSUER, certificates=True)[methods])
