"""How people who chose it type: sealed, and gone with the choice."""

from sqlalchemy import select
from tests.ports import NOON
from tests.store.records import ANN, BOB, settle, user

from twogate.rules.behaviour.typing import Template
from twogate.store.tables.places import TYPING
from twogate.store.unit import Store

TEMPLATE = Template(((90.0, 80.0, 150.0), (91.0, 79.0, 149.0)))


async def test_without_a_choice_nothing_is_kept(db: Store) -> None:
    """The row is the choice."""
    await settle(db)
    async with db.work() as unit:
        assert await unit.typing.of_user(ANN) is None
        assert await unit.typing.choose(ANN, NOON)
        assert not await unit.typing.choose(ANN, NOON.plus(1))
        found = await unit.typing.of_user(ANN)
        assert found is not None
        assert (found.user, found.since, found.template) == (ANN, NOON, Template())
        assert await unit.typing.of_user(BOB) is None


async def test_a_template_is_replaced_by_whoever_read_it_last(db: Store) -> None:
    """Two at once: one counts. A choice taken back meanwhile is not made again."""
    await settle(db)
    async with db.work() as unit:
        await unit.typing.choose(ANN, NOON)
        found = await unit.typing.of_user(ANN)
        assert found is not None
        assert await unit.typing.replace(found, TEMPLATE, NOON.plus(1))
        assert not await unit.typing.replace(found, Template(), NOON.plus(2))
        again = await unit.typing.of_user(ANN)
        assert again is not None
        assert again.template == TEMPLATE
        assert await unit.typing.remove(ANN)
        assert not await unit.typing.replace(again, TEMPLATE, NOON.plus(3))
        assert await unit.typing.of_user(ANN) is None


async def test_a_template_is_sealed(db: Store) -> None:
    """Whoever reads the file learns how many samples there are, and nothing of them."""
    await settle(db)
    async with db.work() as unit:
        await unit.typing.choose(ANN, NOON)
        found = await unit.typing.of_user(ANN)
        assert found is not None
        await unit.typing.replace(found, TEMPLATE, NOON)
        (row,) = await unit.typing._transaction.rows(select(TYPING))
    assert row["samples"] == 2
    assert b"150" not in row["template"]
    assert b"samples" not in row["template"]


async def test_people_who_do_not_come_back_are_forgotten(db: Store) -> None:
    """Their choice with their template; it costs a click to choose again."""
    await settle(db)
    async with db.work() as unit:
        await unit.typing.choose(ANN, NOON)
        await unit.users.add(user("bob"))
        await unit.typing.choose(BOB, NOON.plus(60))
        assert await unit.typing.prune(NOON.plus(100), keep_seconds=50) == 1
        assert await unit.typing.of_user(ANN) is None
        assert await unit.typing.of_user(BOB) is not None
