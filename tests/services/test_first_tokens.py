"""The first tokens of a grant: what they rest on. How a code and a device get there is tested beside those."""

from typing import Any

import pytest
from tests.services.oauth_house import ADA, House

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant
from twogate.services.first_tokens import FirstTokens, Redeemed
from twogate.services.token_set import TokenSet
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId, GrantId
from twogate.terms.session import Grant
from twogate.web.oauth.errands import errands_of

CALLER = Caller("192.0.2.9", "test", "req-1", key="thumbprint-1")


async def _issue(house: House, client: str = "shop", **change: Any) -> TokenSet | InvalidGrant:
    """Redeem a fresh grant of Ada's."""
    session = await house.sign_in()
    first: FirstTokens = errands_of(house.deps).devices.first_tokens
    now = house.clock.now()
    grant = Grant(GrantId("gnt_first"), ClientId(client), ADA, session.id, ("openid",), "aud", now, now)
    await first.token_sets.access_tokens.ready()
    async with house.store.work() as unit:
        await unit.grants.add(grant)
        registered = await unit.clients.get(ClientId(client))
        assert registered is not None
        redeemed = Redeemed(**{"grant": grant.id, "proofs": session.proofs, "scope": ("openid",)} | change)
        return await first.issue(unit, registered, redeemed, caller=CALLER)


@pytest.mark.parametrize(("client", "bound"), [("shop", True), ("backend", False)])
async def test_a_public_clients_family_is_bound_to_its_key(house: House, client: str, *, bound: bool) -> None:
    """Who has no secret has nothing else to show (RFC 9449 section 5)."""
    issued = await _issue(house, client)
    assert isinstance(issued, TokenSet)
    assert issued.refresh is not None
    async with house.store.read() as unit:
        resting = await unit.refresh_tokens.resting(issued.refresh.sha256())
    assert resting is not None
    assert ("thumbprint-1" in resting.token.binding) is bound


@pytest.mark.parametrize(("scope", "identified"), [(("openid",), True), (("orders:read",), False)])
async def test_only_openid_brings_an_id_token(house: House, scope: tuple[str, ...], *, identified: bool) -> None:
    """OpenID Connect Core section 3.1.2.1."""
    issued = await _issue(house, scope=scope)
    assert isinstance(issued, TokenSet)
    assert (issued.id_token is not None) is identified


async def test_without_a_grant_there_is_nothing(house: House) -> None:
    """What was approved without one cannot be redeemed."""
    assert isinstance(await _issue(house, grant=None), InvalidGrant)
