"""Codes are bound, short-lived, and only for the owner of a live session."""

from dataclasses import replace

from tests.services.oauth_house import ADA, REDIRECT, House
from tests.services.oauth_marks import errands

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import AccessDenied
from twogate.services.authorization_codes import CodeBinding
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session

BINDING = CodeBinding(ClientId("shop"), REDIRECT, "challenge", "nonce-1", ("openid", "orders:read"))


async def _issue(house: House, session: Session) -> Secret | AccessDenied:
    return await errands(house).authorize.codes.issue(session, BINDING)


async def test_a_code_is_kept_as_digest_with_all_it_is_bound_to(house: House) -> None:
    """Client, redirect, challenge, nonce, scope and the proofs of this very moment are bound for a minute."""
    session = await house.sign_in()
    secret = await _issue(house, session)
    assert isinstance(secret, Secret)
    async with house.store.read() as unit:
        code = await unit.codes.get(secret.sha256())
    assert code is not None
    assert CodeBinding(code.client, code.redirect_uri, code.code_challenge, code.nonce, code.scope) == BINDING
    assert (code.proofs, code.used) == (session.proofs, None)
    assert code.expires == house.clock.now().plus(60)


async def test_each_code_has_a_grant_of_its_own(house: House) -> None:
    """Revoking what came of one code leaves the other alone; both hang on the session."""
    session = await house.sign_in()
    first, second = await _issue(house, session), await _issue(house, session)
    assert first != second
    async with house.store.read() as unit:
        grants = await unit.grants.of_session(session.id)
    assert len({grant.id for grant in grants}) == 2
    assert {(grant.user, grant.client) for grant in grants} == {(ADA, "shop")}


async def test_a_blocked_person_gets_no_code(house: House) -> None:
    """A person who was blocked while at the sign-in page leaves without a code and without a grant."""
    session = await house.sign_in()
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    assert await _issue(house, session) == AccessDenied(Reason.SUBJECT_BLOCKED)
    async with house.store.read() as unit:
        assert await unit.grants.of_user(ADA) == []


async def test_a_session_that_is_over_gets_no_code(house: House) -> None:
    """Ended, past its absolute end, or never there: what the caller read a moment ago does not count."""
    ended, aged = await house.sign_in(), await house.sign_in(factors=1)
    async with house.store.work() as unit:
        await unit.sessions.end(ended.id, house.clock.now())
    assert await _issue(house, ended) == AccessDenied(Reason.SESSION_ENDED)
    assert await _issue(house, replace(aged, id="ses_none")) == AccessDenied(Reason.SESSION_ENDED)  # type: ignore[arg-type]
    house.clock.advance(86_400)
    assert await _issue(house, aged) == AccessDenied(Reason.SESSION_ENDED)
