"""Who is owed the news that a session has ended."""

from tests.services.oauth_house import House
from tests.services.oauth_marks import CALLER

from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Logout
from twogate.services.logout_notices import LIFE
from twogate.services.session_ends import end_session, end_sessions
from twogate.terms.client import ClientKind
from twogate.terms.ids import UserId

TOLD = Logout((), "https://rp.example/out")


async def test_each_client_of_each_session_is_owed_one(house: House) -> None:
    """Two grants of one client in a session are one notice; another session is another; ending twice adds none."""
    await house.register("told", ClientKind.BROWSER, logout=TOLD)
    first = await house.sign_in()
    await house.tokens("told", scope="openid")
    await house.tokens("told", scope="openid")
    await house.tokens("shop")
    second = await house.sign_in()
    await house.tokens("told", scope="openid")
    now = house.clock.now()
    async with house.store.work() as unit:
        await end_session(unit, first, actor="test", caller=CALLER, at=now)
        await end_session(unit, first, actor="test", caller=CALLER, at=now)
        await end_sessions(unit, UserId("usr_ada"), actor="test", caller=CALLER, at=now)
    async with house.store.work() as unit:
        found = await unit.logout_notices.take(now, lease=60)
    assert sorted(one.session for one in found) == sorted((first.id, second.id))
    assert {(one.client, one.uri, one.expires) for one in found} == {("told", TOLD.backchannel_uri, now.plus(LIFE))}
