"""Revocation: what dies with what, and when "done" is said."""

import pytest
from tests.services.oauth_house import House
from tests.services.oauth_marks import CALLER, audited, errands, form, proof_of, told, wrong_proof

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import (
    InvalidClient,
    InvalidRequest,
    OAuthRefusal,
    UnauthorizedClient,
)
from twogate.rules.protocols.oauth2.rfc7009_revocation.errors import UnsupportedTokenType
from twogate.services.token_revocation import Revoked
from twogate.terms.changes import ChangeKind
from twogate.terms.edges import Edge
from twogate.terms.events import Event
from twogate.terms.ids import EdgeId
from twogate.terms.secret import Secret


async def _revoke(house: House, token: str, client: str = "shop") -> Revoked | OAuthRefusal:
    return await errands(house).revoke.answer(proof_of(house, client), form(token=token), CALLER)


async def _tokens(house: House) -> dict[str, str]:
    await house.sign_in()
    return await house.tokens()


async def test_an_access_token_dies_alone(house: House) -> None:
    """Gateways are told its digest until a second after its expiry; its refresh token goes on."""
    tokens = await _tokens(house)
    assert await _revoke(house, tokens["access_token"]) == Revoked()
    (change,) = await told(house)
    assert (change.kind, change.key) == (ChangeKind.TOKEN_REVOKED, Secret(tokens["access_token"]).sha256())
    assert change.until == house.clock.now().seconds + 301
    assert (await house.refresh(tokens["refresh_token"])).status_code == 200


async def test_a_refresh_token_takes_its_grant_along(house: House) -> None:
    """RFC 7009 section 2.1: the access token of the same grant dies too; a rotated token does it as well."""
    tokens = await _tokens(house)
    young = (await house.refresh(tokens["refresh_token"])).json()
    assert await _revoke(house, tokens["refresh_token"]) == Revoked()
    assert [one.kind for one in await told(house)] == [ChangeKind.GRANT_REVOKED]
    assert await house.introspect(young["access_token"]) == {"active": False}
    assert (await house.refresh(young["refresh_token"])).status_code == 400


async def test_tokens_of_others_are_left_alone(house: House) -> None:
    """Another client revokes neither, and gateways and audit hear nothing of the attempt."""
    tokens = await _tokens(house)
    for token in tokens["access_token"], tokens["refresh_token"]:
        assert isinstance(await _revoke(house, token, "desk"), UnauthorizedClient)
    assert (await told(house), await audited(house, Event.CLIENT_TOKEN_REVOKED)) == ([], [])


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "tg_rt_none", "tg_ac_none"])
async def test_what_is_not_good_is_as_good_as_revoked(house: House, token: str) -> None:
    """RFC 7009 section 2.2: an unknown token is no error, and nothing is written."""
    assert await _revoke(house, token) == Revoked()
    assert await told(house) == []


async def test_api_tokens_and_nothing_are_refused(house: House) -> None:
    """A client does not revoke a person's API token; a missing token is a mistake."""
    assert isinstance(await _revoke(house, "tg_pat_x"), UnsupportedTokenType)
    assert isinstance(await _revoke(house, ""), InvalidRequest)


async def test_without_proof_nothing_dies(house: House) -> None:
    """A wrong secret revokes nothing and is counted."""
    tokens = await _tokens(house)
    asked = form(token=tokens["refresh_token"])
    assert isinstance(await errands(house).revoke.answer(wrong_proof("backend"), asked, CALLER), InvalidClient)
    assert await told(house) == []
    assert await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED) == ["backend"]


async def test_a_gateway_that_lags_is_named(house: House) -> None:
    """Nobody claims it is done for a live gateway that has not confirmed in time."""
    tokens = await _tokens(house)
    now = house.clock.now()
    async with house.store.work() as unit:
        await unit.edges.add(Edge(EdgeId("edg_1"), "west", "d" * 64, now, position=0, seen=now))
    assert await _revoke(house, tokens["access_token"]) == Revoked(("west",))
