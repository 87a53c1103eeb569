"""The browser's own access token."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.ports import NOON, FakeClock, SeededEntropy
from tests.web.house import House

from twogate.services.browser_sessions import LoopGuard
from twogate.store.unit import Store
from twogate.terms.caller import Caller
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Passed, Refused

CALLER = Caller("192.0.2.7", "Browser/1", "req_1")


@pytest.fixture
async def house(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> AsyncIterator[House]:
    """An installation with nobody in it yet."""
    built = House.build(store, fake_clock, seeded_entropy)
    yield built
    await built.close()


async def _session(house: House) -> tuple[Session, Secret]:
    browser = house.browser()
    await browser.sign_in(await house.person())
    secret = Secret(browser.cookie("twogate-session"))
    found = await house.deps.sessions.by_secret(secret)
    assert isinstance(found, Session)
    return found, secret


async def test_one_grant_for_each_session(house: House) -> None:
    """However often a token is minted, at once or in turn, they hang on one grant."""
    session, _ = await _session(house)
    await asyncio.gather(*(house.deps.browsers.mint(session) for _ in range(5)))
    async with house.deps.store.read() as unit:
        grants = await unit.grants.of_session(session.id)
    assert [grant.client for grant in grants] == ["browser"]


async def test_the_cookie_is_kept_as_long_as_the_session_may_live(house: House) -> None:
    """The cookie outlives its token, because the gateway renews an expired one by it."""
    session, _ = await _session(house)
    fresh = await house.deps.browsers.mint(session)
    assert isinstance(fresh, Passed)
    assert fresh.value.keep_seconds == int(session.absolute_end.since(house.clock.now()))


async def test_a_revoked_grant_is_not_replaced(house: House) -> None:
    """Once the browser's grant is revoked, the session gets no other one."""
    session, secret = await _session(house)
    async with house.deps.store.work() as unit:
        for grant in await unit.grants.of_session(session.id):
            await unit.grants.revoke(grant.id, house.clock.now())
    refused = await house.deps.browsers.renew(secret, CALLER, target="/")
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TOKEN_REVOKED


async def test_case_26_an_ended_session_mints_nothing(house: House) -> None:
    """Fifty renewals racing a sign-out leave no token behind that was minted after it."""
    session, secret = await _session(house)
    renewals = [house.deps.browsers.renew(secret, CALLER, target=f"/{at}") for at in range(50)]
    ended, *_ = await asyncio.gather(
        house.deps.sessions.end(session.id, actor="test", caller=CALLER),
        *renewals,
    )
    assert ended is not None
    refused = await house.deps.browsers.renew(secret, CALLER, target="/after")
    assert isinstance(refused, Refused)
    assert isinstance(await house.deps.browsers.mint(session), Refused)


async def test_a_removed_person_gets_nothing(house: House, store: Store) -> None:
    """Without its account a session is worth nothing."""
    session, _ = await _session(house)
    async with store.work() as unit:
        await unit.users.set_blocked(session.user, house.clock.now())
    assert await house.deps.browsers.mint(session) == Refused(Reason.SUBJECT_BLOCKED)


def test_the_loop_guard_forgets(fake_clock: FakeClock) -> None:
    """It counts within its window only, apart for each key, and holds no more keys than it may."""
    guard = LoopGuard(most=2, seconds=10, remembered=3)
    assert [guard.admit("a", NOON) for _ in range(3)] == [True, True, False]
    assert guard.admit("b", NOON)
    assert guard.admit("a", fake_clock.advance(11))
    for key in "cdef":
        assert guard.admit(key, NOON)
    assert len(guard._seen) == 3
