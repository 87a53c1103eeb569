"""Protected resource metadata."""

from twogate.rules.protocols.oauth2.rfc9728_protected_resource.metadata import resource


def test_the_api_names_itself_and_its_server() -> None:
    """RFC 9728 section 2: resource identifier, authorization server, how tokens are taken."""
    document = resource("https://api.example.com", issuer="https://api.example.com/.twogate")
    assert document["resource"] == "https://api.example.com"
    assert document["authorization_servers"] == ["https://api.example.com/.twogate"]
    assert document["bearer_methods_supported"] == ["header"]
