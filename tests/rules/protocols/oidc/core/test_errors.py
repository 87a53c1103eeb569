"""What is refused because ignoring it would change the request."""

import pytest

from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oidc.core.errors import refuse_unsupported


@pytest.mark.parametrize("name", ["request", "request_uri", "registration"])
def test_request_objects_are_refused_not_ignored(name: str) -> None:
    """OpenID Connect Core section 3.1.2.6: each has its own error."""
    refused = refuse_unsupported(Parameters({name: "x"}))
    assert refused is not None
    assert refused.code == f"{name}_not_supported"


def test_other_parameters_pass() -> None:
    """Unknown parameters are ignored (section 3.1.2.1)."""
    assert refuse_unsupported(Parameters({"display": "page", "claims": "{}"})) is None
