"""The resource a token is for: this API, or no token."""

import pytest

from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc8707_resource_indicators.errors import InvalidTarget
from twogate.rules.protocols.oauth2.rfc8707_resource_indicators.resource import refuse_other

API = "https://api.example.com"


@pytest.mark.parametrize("named", ["", API, f"{API}/", f"{API}/mcp", f"{API}/v1/tools?x=1"])
def test_this_api_and_what_is_below_it(named: str) -> None:
    """RFC 8707 section 2: named, named more exactly, or not at all."""
    assert refuse_other(Parameters({"resource": named} if named else {}), API) is None


@pytest.mark.parametrize(
    "named",
    [
        "https://other.example",
        f"{API}.evil.example/",
        f"{API}@evil.example/",
        f"{API}:8443/",
        f"{API}/../x",
        f"{API}/a/%2E%2e/x",
        f"{API}/#fragment",
        f"{API}/a b",
        "http://api.example.com/",
        "api",
    ],
)
def test_nothing_else_gets_a_token(named: str) -> None:
    """A look-alike, another port, a fragment (section 2 forbids it): invalid_target."""
    refused = refuse_other(Parameters({"resource": named}), API)
    assert isinstance(refused, InvalidTarget)
    assert refused.code == "invalid_target"
