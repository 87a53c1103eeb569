"""The error of RFC 8707."""

from twogate.rules.protocols.oauth2.rfc8707_resource_indicators.errors import InvalidTarget


def test_its_code_is_that_of_the_specification() -> None:
    """RFC 8707 section 2."""
    assert (InvalidTarget.code, InvalidTarget.status) == ("invalid_target", 400)
