"""Where a bearer token may stand."""

import pytest

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc6750_bearer import credential
from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InvalidToken

FORM = Parameters({"access_token": "t"})


@pytest.mark.parametrize("header", ["Bearer t", "bearer t", "BEARER t"])
def test_header(header: str) -> None:
    """RFC 6750 section 2.1; the scheme's case does not matter (RFC 9110 section 11.1)."""
    assert credential.read([header], Parameters()) == credential.Token("t")


@pytest.mark.parametrize("header", ["DPoP t", "dpop t", "DPOP t"])
def test_header_with_a_proof_beside_it(header: str) -> None:
    """RFC 9449 section 7.1: the scheme says that the token is bound to a key, in any case."""
    assert credential.read([header], Parameters()) == credential.Token("t", of_key=True)


def test_form() -> None:
    """RFC 6750 section 2.2."""
    assert credential.read([], FORM) == credential.Token("t")


@pytest.mark.parametrize("headers", [[], ["Bearer"], ["Bearer "], ["Basic t"], ["t"]])
def test_nothing(headers: list[str]) -> None:
    """No token is no token, and not an exception."""
    assert isinstance(credential.read(headers, Parameters()), InvalidToken)


@pytest.mark.parametrize(("headers", "form"), [(["Bearer t"], FORM), (["Bearer t", "DPoP t"], Parameters())])
def test_two(headers: list[str], form: Parameters) -> None:
    """RFC 6750 section 2: not more than one method in a request."""
    assert isinstance(credential.read(headers, form), InvalidRequest)
