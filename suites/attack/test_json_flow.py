"""Attacks on the JSON sign-in: steps of two people, a handle of another door, a kind of token where another belongs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.services.oauth_house import CHALLENGE, OAUTH, PASSWORD_TEXT, House, open_house

WANTED = {"client_id": "app", "scope": "openid", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An installation with Ada, who has a password and an app."""
    async with open_house(tmp_path) as opened:
        yield opened


async def _ask(house: House, **given: Any) -> httpx2.Response:
    return await house.http.post(f"{OAUTH}/authorize-challenge", json=given)


async def test_a_later_step_cannot_change_whose_sign_in_it_is(house: House) -> None:
    """A second name in the second step is not heard: the proofs stay those of the first person."""
    first = (await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT)).json()
    second = (await _ask(house, auth_session=first["auth_session"], username="nobody", password="x")).json()
    assert "authorization_code" not in second
    third = (await _ask(house, auth_session=second["auth_session"], username="nobody", otp="000000")).json()
    assert "authorization_code" not in third


async def test_a_code_alone_is_no_beginning(house: House) -> None:
    """A one-time code before the password counts for nobody and says nothing about anybody."""
    first = (await _ask(house, **WANTED, username="ada", otp=house.otp())).json()
    assert first["error"] == "insufficient_authorization"
    assert [one["factor"] for one in first["factors"]] == ["password", "webauthn"]


async def test_a_handle_is_good_once(house: House) -> None:
    """Two requests with one auth_session: at most one goes on, the other has to begin anew."""
    first = (await _ask(house, **WANTED)).json()["auth_session"]
    given = {"auth_session": first, "username": "ada", "password": PASSWORD_TEXT}
    assert (await _ask(house, **given)).json()["error"] == "insufficient_authorization"
    assert (await _ask(house, **given)).json()["error"] == "invalid_session"
