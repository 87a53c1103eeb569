"""In force or not: signature, grant, revocations and owner together."""

from tests.services.oauth_house import ADA, House
from tests.services.oauth_marks import CALLER, errands, form, proof_of

from twogate.services.api_tokens import CreatedApiToken
from twogate.services.token_standing import TokenStanding
from twogate.terms.ids import ClientId, GrantId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


def _standing(house: House) -> TokenStanding:
    return errands(house).introspect.standing


async def _reason(house: House, token: str) -> Reason | None:
    found = await _standing(house).access(token)
    return found.reason if isinstance(found, Refused) else None


async def test_an_access_token_stands_until_its_grant_is_revoked(house: House) -> None:
    """The signature is still good; the grant says no."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    found = await _standing(house).access(token)
    assert isinstance(found, Passed)
    async with house.store.work() as unit:
        await unit.grants.revoke(GrantId(found.value.facts.grant), house.clock.now())
    assert await _reason(house, token) is Reason.TOKEN_REVOKED


async def test_one_token_revoked_leaves_its_sister(house: House) -> None:
    """Revoking an access token kills that one only; a newer one of the same grant stands."""
    await house.sign_in()
    first = await house.tokens()
    second = (await house.refresh(first["refresh_token"])).json()
    asked = form(token=first["access_token"])
    await errands(house).revoke.answer(proof_of(house, "shop"), asked, CALLER)
    assert await _reason(house, first["access_token"]) is Reason.TOKEN_REVOKED
    assert await _reason(house, second["access_token"]) is None


async def test_a_blocked_or_vanished_owner_has_no_tokens(house: House) -> None:
    """A person's token falls with the person, a service account's with the account, API tokens alike."""
    await house.sign_in()
    person = (await house.tokens())["access_token"]
    asked = form(grant_type="client_credentials")
    issued = await errands(house).token.answer(proof_of(house, "robot"), asked, CALLER)
    service = issued.access.token.text()  # type: ignore[union-attr]
    assert (await _reason(house, person), await _reason(house, service)) == (None, None)
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
        await unit.clients.set_blocked(ClientId("robot"), house.clock.now())
    assert await _reason(house, person) is Reason.SUBJECT_BLOCKED
    assert await _reason(house, service) is Reason.SUBJECT_BLOCKED


async def test_api_tokens_end_when_revoked_expired_or_their_owner_blocked(house: House) -> None:
    """Each of the three alone is enough; a made-up one never stood."""
    made = await house.api_tokens.create(ADA, name="n", scope=(), days=1, actor="test")
    other = await house.api_tokens.create(ADA, name="m", scope=(), days=2, actor="test")
    assert isinstance(made, CreatedApiToken)
    assert isinstance(other, CreatedApiToken)
    standing = _standing(house)
    assert isinstance(await standing.api_token(made.secret.text()), Passed)
    assert isinstance(await standing.api_token("tg_pat_made_up"), Refused)
    house.clock.advance(86_400)
    assert await standing.api_token(made.secret.text()) == Refused(Reason.TOKEN_REVOKED)
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    assert await standing.api_token(other.secret.text()) == Refused(Reason.SUBJECT_BLOCKED)
    await house.api_tokens.revoke(other.token.id, actor="test")
    assert await standing.api_token(other.secret.text()) == Refused(Reason.TOKEN_REVOKED)


async def test_a_refresh_token_stands_for_its_client_only_and_once(house: House) -> None:
    """Another client's question, a used token and a revoked family are all answered no."""
    await house.sign_in()
    first = (await house.tokens())["refresh_token"]
    standing = _standing(house)
    assert isinstance(await standing.refresh_token(first, ClientId("shop")), Passed)
    assert isinstance(await standing.refresh_token(first, ClientId("desk")), Refused)
    second = await house.refresh(first)
    assert isinstance(await standing.refresh_token(first, ClientId("shop")), Refused)
    fresh = second.json()["refresh_token"]
    assert isinstance(await standing.refresh_token(fresh, ClientId("shop")), Passed)
    await house.refresh(first)
    assert await standing.refresh_token(fresh, ClientId("shop")) == Refused(Reason.TOKEN_REVOKED)


async def test_a_refresh_token_that_lay_too_long_does_not_stand(house: House) -> None:
    """What the token endpoint would refuse as idle is not called active here (RFC 7662 section 4)."""
    await house.sign_in()
    token = (await house.tokens())["refresh_token"]
    house.clock.advance(3_599)
    assert isinstance(await _standing(house).refresh_token(token, ClientId("shop")), Passed)
    house.clock.advance(1)
    assert await _standing(house).refresh_token(token, ClientId("shop")) == Refused(Reason.GRANT_INVALID)


async def test_a_refresh_token_falls_with_its_owner_and_session(house: House) -> None:
    """A blocked person's or an ended session's refresh token could not be used: it is not called active."""
    session = await house.sign_in()
    token = (await house.tokens())["refresh_token"]
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    assert await _standing(house).refresh_token(token, ClientId("shop")) == Refused(Reason.SUBJECT_BLOCKED)
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, None)
        await unit.sessions.end(session.id, house.clock.now())
    assert await _standing(house).refresh_token(token, ClientId("shop")) == Refused(Reason.SESSION_ENDED)
