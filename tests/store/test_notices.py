"""What owners of accounts are told."""

from tests.ports import NOON
from tests.store.records import ANN, notice, settle

from twogate.store.unit import Store
from twogate.terms.ids import NoticeId


async def test_notices_are_listed_and_marked(db: Store) -> None:
    """An owner's newest come first; sending and seeing are noted once."""
    await settle(db)
    async with db.work() as unit:
        for number in (1, 2, 3):
            await unit.notices.add(notice(number))
        await unit.notices.mark_sent(NoticeId("ntc_1"), NOON)
        await unit.notices.mark_seen(ANN, NOON)
        await unit.notices.mark_seen(ANN, NOON.plus(1))
    async with db.read() as unit:
        mine = await unit.notices.of_user(ANN, limit=2)
        older = await unit.notices.of_user(ANN, limit=2, skip=2)
    assert mine == [notice(3, seen=NOON), notice(2, seen=NOON)]
    assert older == [notice(1, sent=NOON, seen=NOON)]


async def test_old_notices_are_forgotten(db: Store) -> None:
    """Seen or not, a batch at a time."""
    await settle(db)
    async with db.work() as unit:
        for number in (1, 2, 3):
            await unit.notices.add(notice(number))
        assert await unit.notices.prune(NOON.plus(12), keep_seconds=10, limit=1) == 1
        assert await unit.notices.prune(NOON.plus(12), keep_seconds=10) == 1
        assert await unit.notices.of_user(ANN) == [notice(3)]
