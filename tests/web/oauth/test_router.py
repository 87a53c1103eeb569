"""Which OAuth endpoint stands where."""

import pytest
from tests.services.oauth_house import House

from twogate.web.oauth.router import HERE, oauth_router


def test_each_endpoint_has_its_methods_and_no_other(house: House) -> None:
    """Nothing that changes something answers GET; only what scripts use answers a preflight."""
    found = {route.path: route.methods for route in oauth_router(house.deps).routes}  # type: ignore[attr-defined]
    assert {path.removeprefix(f"{HERE}/"): sorted(methods - {"HEAD"}) for path, methods in found.items()} == {
        "authorize": ["GET", "POST"],
        "authorize-challenge": ["POST"],
        "token": ["OPTIONS", "POST"],
        "par": ["OPTIONS", "POST"],
        "device_authorization": ["OPTIONS", "POST"],
        "revoke": ["OPTIONS", "POST"],
        "introspect": ["POST"],
        "userinfo": ["GET", "OPTIONS", "POST"],
        "register": ["OPTIONS", "POST"],
        "register/{client}": ["DELETE", "GET", "PUT"],
        "jwks": ["GET"],
    }


@pytest.mark.parametrize("path", ["token/", "Token", "token;x", "nothing", "..%2ftoken"])
async def test_near_misses_are_not_found(house: House, path: str) -> None:
    """No other spelling of an endpoint's path leads to it, by redirect or otherwise."""
    answer = await house.http.post(f"{HERE}/{path}", data={"grant_type": "client_credentials"})
    assert answer.status_code == 404
