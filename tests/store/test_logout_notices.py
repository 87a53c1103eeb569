"""The outbox of logout tokens: each is taken by one process at a time, and again if that one died."""

import asyncio
from dataclasses import replace

from tests.ports import NOON
from tests.store.records import SOON, client, grant, session, user

from twogate.store.unit import Store
from twogate.terms.consent import LogoutNotice
from twogate.terms.ids import ClientId

ONE = LogoutNotice("lgn_1", ClientId("cli_1"), "https://rp.example/out", "usr_1", "ses_1", NOON, SOON, NOON)


async def test_only_clients_of_the_session_that_want_it_are_told(db: Store) -> None:
    """A client without an address, and one that got nothing in this session, are not."""
    ann, told = user(), client("cli_told", backchannel_logout_uri="https://rp.example/out")
    silent, stranger = client("cli_silent"), replace(told, id=ClientId("cli_stranger"))
    async with db.work() as unit:
        await unit.users.add(ann)
        here = session()
        await unit.sessions.add(here)
        for one in (told, silent, stranger):
            await unit.clients.add(one)
        for number, one in enumerate((told, told, silent)):
            await unit.grants.add(grant(number, client=one.id))
        assert list(await unit.logout_notices.owed(here.id)) == [told]


async def test_a_notice_is_taken_by_one_and_comes_back(db: Store, rival: Store) -> None:
    """Two processes never hold one at once; what was not finished within the lease is due again."""
    async with db.work() as unit:
        await unit.logout_notices.add(ONE)
        assert await unit.logout_notices.waiting(NOON)

    async def take(store: Store) -> int:
        async with store.work() as unit:
            return len(await unit.logout_notices.take(NOON, lease=60))

    assert sorted(await asyncio.gather(take(db), take(rival))) == [0, 1]
    async with rival.work() as unit:
        assert not await unit.logout_notices.waiting(NOON.plus(59))
        (again,) = await unit.logout_notices.take(NOON.plus(60), lease=60)
        assert again.tries == 2
        await unit.logout_notices.later(again.id, again=NOON.plus(300), fault="503")
        assert not await unit.logout_notices.waiting(NOON.plus(299))
        (last,) = await unit.logout_notices.take(NOON.plus(300), lease=60)
        assert (last.fault, last.subject, last.session) == ("503", ONE.subject, ONE.session)
        await unit.logout_notices.done(last.id)
        assert not await unit.logout_notices.waiting(SOON)
