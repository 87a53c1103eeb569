"""Redeeming a code: once, by its client, with its verifier."""

from tests.services.oauth_house import CHALLENGE, REDIRECT, VERIFIER, House
from tests.services.oauth_marks import CALLER, audited, errands, form, proof_of, told

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidGrant, OAuthRefusal
from twogate.services.authorization_codes import CodeBinding
from twogate.services.token_set import TokenSet
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret


async def _redeem(house: House, code: str, client: str = "shop", **change: str) -> TokenSet | OAuthRefusal:
    asked = form(grant_type="authorization_code", code=code, redirect_uri=REDIRECT, code_verifier=VERIFIER)
    return await errands(house).token.answer(proof_of(house, client), asked.replacing(**change), CALLER)


async def test_misfits_do_not_use_the_code_up(house: House) -> None:
    """Another client, redirect URI or verifier is refused, and the rightful client can still redeem the code."""
    await house.sign_in()
    code = await house.code()
    for wrong in (
        await _redeem(house, code, "desk"),
        await _redeem(house, code, redirect_uri="https://shop.example/other"),
        await _redeem(house, code, code_verifier="w" * 43),
    ):
        assert isinstance(wrong, InvalidGrant)
    assert isinstance(await _redeem(house, code), TokenSet)


async def test_a_second_use_kills_what_the_first_one_gave(house: House) -> None:
    """The grant is revoked at the gateways and the reuse is in the audit (RFC 6749 section 4.1.2)."""
    await house.sign_in()
    code = await house.code()
    first = await _redeem(house, code)
    assert isinstance(first, TokenSet)
    second = await _redeem(house, code)
    assert isinstance(second, InvalidGrant)
    assert second.reason is Reason.GRANT_REUSED
    grant = first.access.facts.grant
    assert [(one.kind, one.key) for one in await told(house)] == [(ChangeKind.GRANT_REVOKED, grant)]
    assert await audited(house, Event.CLIENT_CODE_REUSED) == [grant]
    assert first.refresh is not None
    again = await errands(house).token.answer(
        proof_of(house, "shop"), form(grant_type="refresh_token", refresh_token=first.refresh.text()), CALLER
    )
    assert isinstance(again, InvalidGrant)


async def test_another_client_cannot_kill_a_grant_with_a_used_code(house: House) -> None:
    """A used code in the hands of another client is unknown there, and the rightful tokens live on."""
    await house.sign_in()
    code = await house.code()
    await _redeem(house, code)
    stolen = await _redeem(house, code, "desk")
    assert isinstance(stolen, InvalidGrant)
    assert stolen.reason is Reason.GRANT_INVALID
    assert await told(house) == []


async def test_a_session_that_ended_meanwhile_gives_no_tokens(house: House) -> None:
    """Signing out between code and redemption wins, and the code is used up all the same."""
    session = await house.sign_in()
    code = await house.code()
    async with house.store.work() as unit:
        await unit.sessions.end(session.id, house.clock.now())
    refused = await _redeem(house, code)
    assert isinstance(refused, InvalidGrant)
    assert refused.reason is Reason.SESSION_ENDED


async def test_an_id_token_comes_with_openid_only(house: House) -> None:
    """Whoever did not ask who the person is, is not told."""
    await house.sign_in()
    with_identity = await _redeem(house, await house.code())
    without = await _redeem(house, await house.code(scope="orders:read", nonce=""))
    assert isinstance(with_identity, TokenSet)
    assert isinstance(without, TokenSet)
    assert (with_identity.id_token is not None, without.id_token) == (True, None)


async def test_the_refresh_family_never_outlives_the_session(house: House) -> None:
    """A code redeemed late in a session's day gets a family that ends with the session."""
    session = await house.sign_in()
    house.clock.advance(80_000)
    binding = CodeBinding(ClientId("shop"), REDIRECT, CHALLENGE, "", ("openid",))
    code = await errands(house).authorize.codes.issue(session, binding)
    assert isinstance(code, Secret)
    issued = await _redeem(house, code.text())
    assert isinstance(issued, TokenSet)
    assert issued.refresh is not None
    async with house.store.read() as unit:
        kept = await unit.refresh_tokens.get(issued.refresh.sha256())
    assert kept is not None
    assert kept.expires == session.absolute_end
