"""Claims about whoever the token is for."""

import pytest
from tests.services.oauth_house import ADA, House
from tests.services.oauth_marks import CALLER, errands, form, proof_of

from twogate.rules.protocols.oauth2.rfc6750_bearer.errors import InsufficientScope, InvalidToken
from twogate.services.api_tokens import CreatedApiToken
from twogate.services.token_set import TokenSet
from twogate.terms.caller import Caller
from twogate.terms.client import ClientKind


async def _ask(house: House, token: str, caller: Caller = CALLER) -> object:
    return await errands(house).userinfo.answer(token, caller)


async def _token(house: House, scope: str) -> str:
    await house.sign_in()
    found: str = (await house.tokens(scope=scope))["access_token"]
    return found


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", {"sub"}),
        ("openid profile", {"sub", "name", "preferred_username"}),
        ("openid email", {"sub", "email"}),
    ],
)
async def test_the_scope_says_what_is_shown(house: House, scope: str, claims: set[str]) -> None:
    """OpenID Connect Core section 5.4: nothing about the person beyond what the scope covers."""
    said = await _ask(house, await _token(house, scope))
    assert isinstance(said, dict)
    assert (set(said), said["sub"]) == (claims, ADA)


async def test_a_token_without_openid_shows_nobody(house: House) -> None:
    """A good token for the API is not a question about the person."""
    assert isinstance(await _ask(house, await _token(house, "orders:read")), InsufficientScope)


async def test_a_blocked_person_is_not_described(house: House) -> None:
    """A token that is not in force is answered as invalid."""
    token = await _token(house, "openid")
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    assert isinstance(await _ask(house, token), InvalidToken)


async def test_neither_services_nor_api_tokens_are_people(house: House) -> None:
    """A service account with the openid scope and a person's API token with it are no sign-in."""
    await house.register("machine", ClientKind.SERVICE, scope=("openid",))
    issued = await errands(house).token.answer(
        proof_of(house, "machine"), form(grant_type="client_credentials"), CALLER
    )
    assert isinstance(issued, TokenSet)
    assert isinstance(await _ask(house, issued.access.token.text()), InvalidToken)
    made = await house.api_tokens.create(ADA, name="n", scope=("openid",), days=1, actor="test")
    assert isinstance(made, CreatedApiToken)
    assert isinstance(await _ask(house, made.secret.text()), InvalidToken)
