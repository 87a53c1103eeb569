"""One open transaction: rows become records, faults stay faults."""

import pytest
from sqlalchemy import text
from tests.store.records import user

from twogate.store.transaction import record_of, records_of, values_of
from twogate.store.unit import Store, StoreUnavailable
from twogate.terms.account import User


async def test_after_a_fault_nothing_more_is_written(db: Store) -> None:
    """A unit whose statement failed cannot go on, even when its author caught the error."""
    with pytest.raises(StoreUnavailable):
        await _write_and_stumble(db)
    async with db.read() as unit:
        assert await unit.users.count() == 0


async def _write_and_stumble(db: Store) -> None:
    async with db.work() as unit:
        await unit.users.add(user())
        transaction = unit.users._transaction
        for statement in ("SELECT * FROM no_such_table", "SELECT 1"):
            with pytest.raises(StoreUnavailable):
                await transaction.run(text(statement))


async def test_a_number_is_asked_for(db: Store) -> None:
    """The first column of the first row; 0 where there is none."""
    async with db._database.read() as transaction:
        assert await transaction.number(text("SELECT 7")) == 7
        assert await transaction.number(text("SELECT 7 WHERE 1 = 0")) == 0
        assert await transaction.row(text("SELECT 7 AS x WHERE 1 = 0")) is None
        assert await transaction.rows(text("SELECT 7 AS x"), large=True) == [{"x": 7}]


async def test_one_section_at_a_time(db: Store) -> None:
    """The name of a section is a lock until the unit ends; taking it again in the same unit is harmless."""
    async with db.work() as unit:
        await unit.alone("x")
        await unit.alone("x")
        assert await unit.users.count() == 0


def test_a_record_and_a_row_are_the_same_fields() -> None:
    """Writing a record out and reading it back changes nothing."""
    assert record_of(User, values_of(user())) == user()
    assert record_of(User, None) is None
    assert records_of(User, [values_of(user())]) == [user()]
