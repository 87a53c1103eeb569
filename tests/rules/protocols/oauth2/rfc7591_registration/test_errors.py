"""The errors of registration."""

import pytest

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc7591_registration.errors import (
    InvalidClientMetadata,
    InvalidRedirectUri,
    RegistrationRefused,
    UnapprovedSoftwareStatement,
)


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (InvalidRedirectUri, "invalid_redirect_uri", 400),
        (InvalidClientMetadata, "invalid_client_metadata", 400),
        (UnapprovedSoftwareStatement, "unapproved_software_statement", 400),
        (RegistrationRefused, "invalid_token", 401),
    ],
)
def test_codes_are_those_of_the_specification(error: type[OAuthRefusal], code: str, status: int) -> None:
    """RFC 7591 section 3.2.2 and RFC 6750 section 3.1."""
    assert (error.code, error.status) == (code, status)
