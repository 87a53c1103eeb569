"""The authorization challenge endpoint at the door."""

import httpx2
import pytest
from tests.services.oauth_house import CHALLENGE, OAUTH, PASSWORD_TEXT, House

WANTED = {"client_id": "app", "scope": "openid", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}


async def _ask(house: House, **more: str) -> httpx2.Response:
    given = {"username": "ada", "password": PASSWORD_TEXT, "otp": house.otp()}
    return await house.http.post(f"{OAUTH}/authorize-challenge", json=WANTED | given | more)


async def test_a_known_device_is_not_given_a_second_secret(house: House) -> None:
    """The device token comes with the first sign-in; shown again, it is not handed out anew."""
    first = (await _ask(house)).json()
    assert first["device_token"]
    house.clock.advance(60)
    again = (await _ask(house, device_token=first["device_token"])).json()
    assert set(again) == {"authorization_code"}


async def test_a_made_up_device_is_a_stranger(house: House) -> None:
    """A device token that is none neither helps nor hurts: the app gets a real one."""
    told = await _ask(house, device_token="tg_dv_made_up")
    assert told.json()["device_token"] != "tg_dv_made_up"


@pytest.mark.parametrize(
    "body", [b"[]", b'{"client_id": 1}', b'{"client_id": "app", "client_id": "app"}', b"{", b"\xff"]
)
async def test_what_is_no_object_of_strings_is_refused(house: House, body: bytes) -> None:
    """Lists, numbers, repeated names and broken bytes are one kind of mistake."""
    answer = await house.http.post(
        f"{OAUTH}/authorize-challenge", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_forged_address_is_refused(house: House) -> None:
    """What stands where the gateway writes the client's address must be one."""
    headers = {"x-twogate-address": "1.2.3.4, 5.6.7.8"}
    answer = await house.http.post(f"{OAUTH}/authorize-challenge", json=WANTED, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (400, "request_malformed")
