"""``dpop_jkt`` of an authorization request."""

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc9449_dpop.authorization import read_key


def test_a_thumbprint_or_nothing() -> None:
    """RFC 9449 section 10: what is no SHA-256 could never be met, so it is refused at once."""
    assert read_key(Parameters()) == ""
    assert read_key(Parameters({"dpop_jkt": "k" * 43})) == "k" * 43
    for wrong in ("k" * 42, "k" * 44, "k" * 42 + "=", "k" * 42 + "\n", "é" * 43):
        assert isinstance(read_key(Parameters({"dpop_jkt": wrong})), InvalidRequest)
