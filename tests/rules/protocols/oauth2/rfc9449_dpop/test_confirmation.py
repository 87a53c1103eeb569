"""``token_type`` of bound tokens."""

from twogate.rules.protocols.oauth2.rfc9449_dpop.confirmation import token_type


def test_only_a_token_of_a_key_has_the_scheme_of_its_own() -> None:
    """RFC 9449 section 5; one that is bound to a certificate is a bearer token (RFC 8705 section 3)."""
    assert token_type("jkt:key") == "DPoP"
    assert token_type("key") == token_type("") == token_type("jkt:") == "Bearer"
