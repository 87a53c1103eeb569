"""Consent: asked where it is needed, remembered, taken back with all that followed from it."""

import asyncio
from dataclasses import replace

import pytest
from tests.services.oauth_house import ADA, House, answer_of
from tests.services.oauth_marks import CALLER, audited, told

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import AccessDenied
from twogate.services.authorization_codes import CodeBinding
from twogate.services.consent import Consents, stands
from twogate.terms.client import Client, ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.web.oauth.errands import errands_of


@pytest.fixture
async def other(house: House) -> Client:
    """A program of somebody else."""
    made = await house.register("other", ClientKind.BROWSER, third_party=True, scope=("openid", "email"))
    return made.client


def _consents(house: House) -> Consents:
    return Consents(house.store, house.clock)


async def test_only_programs_of_others_need_it(house: House, other: Client) -> None:
    """The operator's own are not asked about; a yes covers what it was about and less, not more."""
    session, consents = await house.sign_in(), _consents(house)
    assert await consents.given(session, house.known["shop"].client, ("openid",), since=None)
    assert not await consents.given(session, other, ("openid",), since=None)
    await consents.allow(session, other, ("openid",), caller=CALLER)
    assert await consents.given(session, other, ("openid",), since=None)
    assert not await consents.given(session, other, ("openid", "email"), since=None)
    assert not await consents.given(session, other, ("openid",), since=house.clock.now().plus(1))
    await consents.allow(session, other, ("email",), caller=CALLER)
    assert await consents.given(session, other, ("openid", "email"), since=None)


async def test_what_is_taken_back_ends_at_once(house: House, other: Client) -> None:
    """Its tokens die at the gateways, its refresh tokens here, and other programs keep theirs."""
    session, consents = await house.sign_in(), _consents(house)
    await consents.allow(session, other, ("openid", "email"), caller=CALLER)
    mine = await house.tokens("other", scope="openid email")
    kept = await house.tokens("shop")
    before = len(await told(house))
    assert await consents.withdraw(session, other.id, caller=CALLER) is not None
    assert len(await told(house)) == before + 1
    assert (await house.userinfo(mine["access_token"])).status_code == 401
    assert (await house.refresh(mine["refresh_token"], "other")).json()["error"] == "invalid_grant"
    assert (await house.userinfo(kept["access_token"])).status_code == 200
    assert await consents.withdraw(session, other.id, caller=CALLER) is None
    assert answer_of(await house.authorize("other", scope="openid", prompt="none"))["error"] == "consent_required"
    assert await audited(house, Event.CLIENT_CONSENT_WITHDRAWN) == [ADA]


async def test_a_code_is_not_issued_on_a_consent_that_was_taken_back(house: House, other: Client) -> None:
    """The check stands in the unit that issues: a race between taking back and using leaves no grant alive."""
    session, consents = await house.sign_in(), _consents(house)
    codes = errands_of(house.deps).authorize.codes
    bound = CodeBinding(other.id, "https://shop.example/callback", "c", "", ("openid",), allowed=("openid",))
    assert isinstance(await codes.issue(session, bound), AccessDenied)
    for _ in range(5):
        await consents.allow(session, other, ("openid",), caller=CALLER)
        await asyncio.gather(
            codes.issue(session, bound),
            consents.withdraw(session, other.id, caller=CALLER),
            codes.issue(session, bound),
        )
        async with house.store.read() as unit:
            assert not await stands(unit, session.user, other.id, scope=())
            assert [one for one in await unit.grants.of_user(ADA) if one.client == other.id and not one.revoked] == []


async def test_a_no_is_written_down_and_takes_nothing_back(house: House, other: Client) -> None:
    """What was allowed before stays until it is taken back."""
    session, consents = await house.sign_in(), _consents(house)
    await consents.allow(session, other, ("openid",), caller=CALLER)
    await consents.deny(session, other, caller=CALLER)
    assert await consents.given(session, other, ("openid",), since=None)
    assert await audited(house, Event.CLIENT_CONSENT_DENIED) == [ADA]


async def test_programs_are_listed_by_name(house: House, other: Client) -> None:
    """Each with what it may, and one that is gone with none."""
    session, consents = await house.sign_in(), _consents(house)
    await consents.allow(session, other, ("openid",), caller=CALLER)
    assert [(one.name, one.consent.scope) for one in await consents.of(ADA)] == [("other", ("openid",))]
    await house.clients.remove(other.id, actor="test")
    assert await consents.of(ADA) == []
    ghost = replace(other, id=ClientId("ghost"))
    await consents.allow(session, ghost, (), caller=CALLER)
    assert [one.name for one in await consents.of(ADA)] == ["ghost"]
