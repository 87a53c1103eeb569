"""Protected resource metadata."""

from twogate.rules.protocols.oauth2.rfc9728_protected_resource.metadata import resource


def test_the_api_names_itself_and_its_server() -> None:
    """RFC 9728 section 2: resource identifier, authorization server, how tokens are taken."""
    document = resource("https://api.example.com", issuer="https://api.example.com/.twogate")
    assert document["resource"] == "https://api.example.com"
    assert document["authorization_servers"] == ["https://api.example.com/.twogate"]
    assert document["bearer_methods_supported"] == ["header"]


def test_bound_tokens_are_taken_and_not_demanded() -> None:
    """RFC 9728 section 2: the algorithms of RFC 9449; a bearer token is still good."""
    said = resource("https://api.example.com", issuer="https://api.example.com/.twogate")
    assert said["dpop_signing_alg_values_supported"] == ["ES256", "PS256", "EdDSA"]
    assert said["dpop_bound_access_tokens_required"] is False
