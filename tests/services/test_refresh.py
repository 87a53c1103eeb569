"""Rotation of refresh tokens: each once, the family dies with a replayed one."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.services.oauth_house import ADA, REDIRECT, VERIFIER, House, open_house
from tests.services.oauth_marks import CALLER, audited, errands, form, proof_of, told

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, InvalidScope, OAuthRefusal
from twogate.services.token_set import TokenSet
from twogate.store.unit import Unit
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


async def _renew(house: House, token: str, client: str = "shop", scope: str = "") -> TokenSet | OAuthRefusal:
    asked = form(grant_type="refresh_token", refresh_token=token).replacing(scope=scope)
    return await errands(house).token.answer(proof_of(house, client), asked, CALLER)


async def _next(house: House, token: str) -> str:
    issued = await _renew(house, token)
    assert isinstance(issued, TokenSet), issued
    assert issued.refresh is not None
    return issued.refresh.text()


def _reason(refused: object) -> Reason:
    assert isinstance(refused, InvalidGrant), refused
    return refused.reason


@pytest.fixture
async def token(house: House) -> str:
    """The first refresh token of a family."""
    await house.sign_in()
    found: str = (await house.tokens())["refresh_token"]
    return found


async def test_a_replayed_token_kills_the_whole_family(house: House, token: str) -> None:
    """RFC 9700 section 4.14.2: the youngest token dies too, gateways are told, and the audit says which grant."""
    young = await _next(house, await _next(house, token))
    assert _reason(await _renew(house, token)) is Reason.GRANT_REUSED
    assert _reason(await _renew(house, young)) is Reason.GRANT_INVALID
    (change,) = await told(house)
    assert change.kind is ChangeKind.GRANT_REVOKED
    assert await audited(house, Event.CLIENT_REFRESH_REUSED) == [change.key]


async def test_another_client_neither_uses_nor_kills_it(house: House, token: str) -> None:
    """In foreign hands a token is unknown, used or not, and its owner goes on undisturbed."""
    assert _reason(await _renew(house, token, "desk")) is Reason.GRANT_INVALID
    young = await _next(house, token)
    assert _reason(await _renew(house, token, "desk")) is Reason.GRANT_INVALID
    await _next(house, young)
    assert await told(house) == []


async def test_a_narrower_scope_is_for_one_access_token_only(house: House, token: str) -> None:
    """RFC 6749 section 6: the family keeps its scope, wider ones are refused without using the token up."""
    assert isinstance(await _renew(house, token, scope="orders:write"), InvalidScope)
    narrow = await _renew(house, token, scope="orders:read")
    assert isinstance(narrow, TokenSet)
    assert narrow.refresh is not None
    assert narrow.access.facts.scope == ("orders:read",)
    wide = await _renew(house, narrow.refresh.text())
    assert isinstance(wide, TokenSet)
    assert wide.access.facts.scope == ("openid", "profile", "orders:read")


async def test_idle_time_starts_anew_with_each_token_and_the_end_does_not(house: House, token: str) -> None:
    """A family in use goes on until its absolute end, and not a second longer."""
    for _ in range(24):
        house.clock.advance(3_590)
        token = await _next(house, token)
    house.clock.advance(86_400 - 24 * 3_590)
    assert _reason(await _renew(house, token)) is Reason.GRANT_INVALID


async def test_renewal_keeps_the_proofs_of_its_sign_in(house: House, token: str) -> None:
    """auth_time is that of the sign-in, however often and late it is renewed."""
    at = house.clock.now().seconds
    house.clock.advance(1_800)
    issued = await _renew(house, token)
    assert isinstance(issued, TokenSet)
    assert (issued.access.facts.auth_time, issued.id_token) == (at, None)


async def test_a_blocked_person_renews_nothing_and_does_not_lose_the_family(house: House, token: str) -> None:
    """A block refuses without using the token up: lifted, the person goes on."""
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    assert _reason(await _renew(house, token)) is Reason.SUBJECT_BLOCKED
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, None)
    await _next(house, token)


async def test_an_unknown_token_is_not_a_replay(house: House, token: str) -> None:
    """A made-up token kills nobody's family."""
    assert _reason(await _renew(house, "tg_rt_made_up")) is Reason.GRANT_INVALID
    assert await audited(house, Event.CLIENT_REFRESH_REUSED) == []
    await _next(house, token)


async def _family(house: House, client: str = "backend") -> str:
    """The first refresh token of a client that proves itself."""
    await house.sign_in()
    code = await house.code(client)
    asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    issued = await errands(house).token.answer(proof_of(house, client), form(**asked), CALLER)
    assert isinstance(issued, TokenSet), issued
    assert issued.refresh is not None
    return issued.refresh.text()


async def test_a_lost_answer_is_given_again(house: House) -> None:
    """A client that proved itself gets the same refresh token and a fresh access token, for ten seconds."""
    token = await _family(house)
    first = await _renew(house, token, "backend")
    assert isinstance(first, TokenSet)
    house.clock.advance(9.999)
    again = await _renew(house, token, "backend")
    assert isinstance(again, TokenSet)
    assert again.refresh == first.refresh
    assert again.access.token != first.access.token
    assert await told(house) == []
    assert isinstance(await _renew(house, again.refresh.text() if again.refresh else "", "backend"), TokenSet)


async def test_the_grace_ends_with_its_seconds(house: House) -> None:
    """Then a repeated token is a replay, and the family dies."""
    token = await _family(house)
    await _renew(house, token, "backend")
    house.clock.advance(10)
    assert _reason(await _renew(house, token, "backend")) is Reason.GRANT_REUSED
    assert [change.kind for change in await told(house)] == [ChangeKind.GRANT_REVOKED]


async def test_the_grace_ends_when_the_answer_is_used(house: House) -> None:
    """Whoever used the next token had the answer, so somebody else has the old one."""
    token = await _family(house)
    first = await _renew(house, token, "backend")
    assert isinstance(first, TokenSet)
    assert first.refresh is not None
    assert isinstance(await _renew(house, first.refresh.text(), "backend"), TokenSet)
    assert _reason(await _renew(house, token, "backend")) is Reason.GRANT_REUSED


async def test_who_proves_nothing_has_no_grace(house: House, token: str) -> None:
    """A public client without a key: the second use at once is a replay."""
    await _next(house, token)
    assert _reason(await _renew(house, token)) is Reason.GRANT_REUSED


async def test_a_public_client_with_its_key_has_it_too(house: House) -> None:
    """Only with that key; another key, or none, gets nothing and ends nothing."""
    await house.sign_in()
    ada = replace(CALLER, key="a" * 43)
    code = await house.code()
    redeemed = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    first = await errands(house).token.answer(proof_of(house, "shop"), form(**redeemed), ada)
    assert isinstance(first, TokenSet)
    assert first.refresh is not None
    again = form(grant_type="refresh_token", refresh_token=first.refresh.text())
    second = await errands(house).token.answer(proof_of(house, "shop"), again, ada)
    assert isinstance(second, TokenSet)
    for other in (CALLER, replace(CALLER, key="e" * 43)):
        refused = await errands(house).token.answer(proof_of(house, "shop"), again, other)
        assert _reason(refused) is Reason.BINDING_MISSING
    third = await errands(house).token.answer(proof_of(house, "shop"), again, ada)
    assert isinstance(third, TokenSet)
    assert third.refresh == second.refresh


async def test_many_repetitions_at_once_get_one_answer(house: House, tmp_path: Path) -> None:
    """Twenty at the same time, in two processes: one new refresh token, and nobody loses the family."""
    token = await _family(house)
    async with open_house(tmp_path, after=house) as other:
        answers = await asyncio.gather(*(_renew(node, token, "backend") for node in (house, other) for _ in range(10)))
    found = {one.refresh.text() if isinstance(one, TokenSet) and one.refresh else str(one) for one in answers}
    assert len(found) == 1
    assert await told(house) == []


async def test_without_a_grace_every_repetition_is_a_replay(house: House) -> None:
    """``tokens.refresh_grace = 0``."""
    token = await _family(house)
    tokens = errands(house).token
    strict = replace(tokens.refresh, settings=tokens.refresh.settings.model_copy(update={"refresh_grace": 0}))
    house.clock.advance(1)
    await _renew(house, token, "backend")
    asked = form(grant_type="refresh_token", refresh_token=token)
    answer = await replace(tokens, refresh=strict).answer(proof_of(house, "backend"), asked, CALLER)
    assert _reason(answer) is Reason.GRANT_REUSED


class _Barred:
    """Nobody signs in from one address."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def barred_still(self, _unit: Unit, _user: UserId, address: str, /) -> Refused | None:
        return Refused(Reason.PLACE_REFUSED) if address == self.address else None


async def test_a_token_is_not_renewed_where_its_owner_may_not_sign_in(house: House, token: str) -> None:
    """A client on the person's own device is where they are; a refusal uses nothing up."""
    endpoint = errands(house).token
    elsewhere = replace(endpoint, refresh=replace(endpoint.refresh, holds=_Barred(CALLER.address)))
    asked = form(grant_type="refresh_token", refresh_token=token)
    assert _reason(await elsewhere.answer(proof_of(house, "shop"), asked, CALLER)) is Reason.PLACE_REFUSED
    await _next(house, token)


async def test_a_client_with_a_secret_is_held_to_where_its_user_signed_in(house: House) -> None:
    """Its own server's address says nothing about them."""
    session = await house.sign_in()
    issued = await errands(house).token.answer(
        proof_of(house, "backend"),
        form(
            grant_type="authorization_code",
            code=await house.code("backend"),
            redirect_uri=REDIRECT,
            code_verifier=VERIFIER,
        ),
        CALLER,
    )
    assert isinstance(issued, TokenSet), issued
    assert issued.refresh is not None
    token = issued.refresh.text()
    endpoint = errands(house).token
    for address, barred in ((CALLER.address, False), (session.address, True)):
        there = replace(endpoint, refresh=replace(endpoint.refresh, holds=_Barred(address)))
        asked = form(grant_type="refresh_token", refresh_token=token)
        answer = await there.answer(proof_of(house, "backend"), asked, CALLER)
        assert isinstance(answer, InvalidGrant) is barred, answer
        if isinstance(answer, TokenSet):
            assert answer.refresh is not None
            token = answer.refresh.text()
