"""Accounts."""

import pytest
from tests.ports import NOON
from tests.store.records import ANN, BOB, credential, device, notice, session, user

from twogate.store.unit import Conflict, Store


async def test_an_account_comes_back_as_it_was_stored(db: Store) -> None:
    """By id and by name, and not under another name."""
    async with db.work() as unit:
        await unit.users.add(user(enrolled_once=True))
    async with db.read() as unit:
        assert await unit.users.get(ANN) == user(enrolled_once=True)
        assert await unit.users.by_name("ann") == user(enrolled_once=True)
        assert await unit.users.by_name("Ann") is None
        assert await unit.users.get(BOB) is None


async def test_a_name_is_taken_once_and_the_unit_goes_on(db: Store) -> None:
    """The second one is a Conflict, after which the same unit can still write and commit."""
    async with db.work() as unit:
        await unit.users.add(user())
        with pytest.raises(Conflict):
            await unit.users.add(user(id="usr_other"))
        await unit.users.add(user("bob"))
    async with db.read() as unit:
        assert await unit.users.count() == 2


async def test_accounts_are_listed_by_name_in_pages(db: Store) -> None:
    """By code point, the same on both databases, each page after the last name of the one before."""
    names = ["zoë", "ann", "Émile", "bob", "Zed", "ännchen"]
    async with db.work() as unit:
        for name in names:
            await unit.users.add(user(name))
        first = await unit.users.list(limit=4)
        rest = await unit.users.list(after=first[-1].name, limit=4)
    assert [one.name for one in (*first, *rest)] == sorted(names)


async def test_what_somebody_reads_is_kept(db: Store) -> None:
    """Nothing is known at first; the last language counts."""
    async with db.work() as unit:
        await unit.users.add(user())
        for language in ("fr", "zh-Hans"):
            await unit.users.speak(ANN, language)
    async with db.read() as unit:
        assert await unit.users.get(ANN) == user(language="zh-Hans")
    assert user().language == ""


async def test_an_account_is_blocked_enrolled_and_removed(db: Store) -> None:
    """Blocking can be undone; removal takes credentials, devices, notices and sessions along."""
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.users.set_blocked(ANN, NOON)
        await unit.users.mark_enrolled(ANN)
        assert await unit.users.get(ANN) == user(blocked=NOON, enrolled_once=True)
        await unit.users.set_blocked(ANN, None)
        await unit.credentials.add(credential())
        await unit.devices.add(device())
        await unit.notices.add(notice())
        await unit.sessions.add(session())
    async with db.work() as unit:
        await unit.users.remove(ANN)
        assert await unit.users.count() == 0
        assert not await unit.credentials.of_user(ANN)
        assert not await unit.devices.of_user(ANN)
        assert not await unit.notices.of_user(ANN)
        assert not await unit.sessions.of_user(ANN)
