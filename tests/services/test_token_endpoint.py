"""Which errand a token request is for, and that who does not prove themselves gets none."""

import pytest
from tests.services.oauth_house import House
from tests.services.oauth_marks import CALLER, audited, errands, form, proof_of, wrong_proof

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidClient,
    InvalidRequest,
    OAuthRefusal,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from twogate.terms.events import Event
from twogate.terms.ids import ClientId


@pytest.mark.parametrize(
    ("client", "asked", "error"),
    [
        ("shop", {}, InvalidRequest),
        ("shop", {"grant_type": "password", "username": "ada", "password": "x"}, UnsupportedGrantType),
        ("shop", {"grant_type": "client_credentials"}, UnauthorizedClient),
        ("backend", {"grant_type": "client_credentials"}, UnauthorizedClient),
        ("robot", {"grant_type": "authorization_code", "code": "x"}, UnauthorizedClient),
        ("robot", {"grant_type": "refresh_token", "refresh_token": "x"}, UnauthorizedClient),
        ("shop", {"grant_type": "refresh_token"}, InvalidRequest),
        ("shop", {"grant_type": "authorization_code"}, InvalidRequest),
        ("shop", {"grant_type": "authorization_code", "code": "x"}, InvalidRequest),
    ],
)
async def test_each_client_has_its_own_grants(
    house: House, client: str, asked: dict[str, str], error: type[OAuthRefusal]
) -> None:
    """People's clients redeem and renew, service accounts ask for themselves, and nobody sends passwords."""
    assert isinstance(await errands(house).token.answer(proof_of(house, client), form(**asked), CALLER), error)


async def test_a_wrong_secret_does_not_use_a_code_up(house: House) -> None:
    """A thief who has a code but not the secret cannot even spoil it."""
    await house.sign_in()
    code = await house.code("backend")
    asked = form(grant_type="authorization_code", code=code, redirect_uri="https://shop.example/callback").replacing(
        code_verifier="a-verifier-of-sufficient-length-for-rfc-7636-0123456789"
    )
    errand = errands(house).token
    assert isinstance(await errand.answer(wrong_proof("backend"), asked, CALLER), InvalidClient)
    assert not isinstance(await errand.answer(proof_of(house, "backend"), asked, CALLER), OAuthRefusal)


async def test_a_wrong_secret_does_not_replay_a_refresh_token(house: House) -> None:
    """Without its client's proof a used refresh token is no replay: strangers cannot kill a family."""
    await house.sign_in()
    first = (await house.tokens())["refresh_token"]
    await house.refresh(first)
    asked = form(grant_type="refresh_token", refresh_token=first)
    assert isinstance(await errands(house).token.answer(wrong_proof("shop"), asked, CALLER), InvalidClient)
    assert await audited(house, Event.CLIENT_REFRESH_REUSED) == []


async def test_only_presented_secrets_are_counted(house: House) -> None:
    """A client that names itself without its secret made a mistake, it did not guess."""
    nameless = Presented(ClientId("backend"))
    asked = form(grant_type="refresh_token", refresh_token="x")  # none
    assert isinstance(await errands(house).token.answer(nameless, asked, CALLER), InvalidClient)
    assert await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED) == []
    await errands(house).token.answer(wrong_proof("backend"), asked, CALLER)
    assert await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED) == ["backend"]
