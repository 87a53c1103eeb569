"""The registration endpoint at the door: what it reads, and how it refuses."""

import pytest
from tests.services.oauth_house import OAUTH, REDIRECT, House

SAID = {"redirect_uris": [REDIRECT]}


@pytest.mark.parametrize("header", ["", "Bearer tg_iat_wrong", "Basic eDp5", "Bearer", "Bearer a b"])
async def test_without_a_good_token_nobody_gets_in(house: House, header: str) -> None:
    """401 with a challenge, whatever stands in the header (RFC 6750 section 3)."""
    headers = {"authorization": header} if header else {}
    answer = await house.http.post(f"{OAUTH}/register", json=SAID, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


async def test_only_json_is_read(house: House) -> None:
    """A form, or a text that is no object, is 400."""
    assert (await house.http.post(f"{OAUTH}/register", data={"a": "b"})).json()["error"] == "invalid_request"
    answer = await house.http.post(f"{OAUTH}/register", content=b"[]", headers={"content-type": "application/json"})
    assert answer.json()["error"] == "invalid_client_metadata"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_the_operators_clients_have_no_such_door(house: House, method: str) -> None:
    """RFC 7592 section 2: 401 for a client that has no registration access token."""
    answer = await house.http.request(method, f"{OAUTH}/register/shop", json=SAID | {"client_id": "shop"})
    assert answer.status_code == 401
