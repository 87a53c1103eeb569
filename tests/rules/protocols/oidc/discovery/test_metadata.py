"""OpenID provider metadata."""

from twogate.rules.protocols.oauth2.rfc8414_metadata.metadata import server
from twogate.rules.protocols.oidc.discovery.metadata import provider

ISSUER = "https://api.example.com/.twogate"


def test_it_is_the_servers_metadata_and_more() -> None:
    """One truth for both documents: nothing of RFC 8414 is said differently here."""
    document = provider(ISSUER)
    assert server(ISSUER).items() <= document.items()


def test_required_members_are_there() -> None:
    """OpenID Connect Discovery 1.0 section 3."""
    document = provider(ISSUER)
    assert document["subject_types_supported"] == ["public"]
    assert document["id_token_signing_alg_values_supported"] == ["ES256", "PS256", "RS256"]
    assert document["request_uri_parameter_supported"] is False
    assert "openid" in document["scopes_supported"]
