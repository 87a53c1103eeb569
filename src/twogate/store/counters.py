"""Numbers that rise in commit order without a gap.

Decides how a number is drawn: from a row that stays locked until the drawing transaction ends, so whoever sees
number n has seen every number below it. Draw late in a unit: others wait from here to its end.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.sql.dml import ReturningInsert

from twogate.store.tables.feed import COUNTERS
from twogate.store.transaction import Transaction, insert_in

_LAST = select(COUNTERS.c.value).where(COUNTERS.c.name == bindparam("counter"))


async def draw(transaction: Transaction, name: str) -> int:
    """The next number of this counter; the first one is 1."""
    return await transaction.number(_draw(transaction.dialect), {"name": name, "value": 1})


async def last(transaction: Transaction, name: str) -> int:
    """The number drawn last; 0 before the first."""
    return await transaction.number(_LAST, {"counter": name})


@lru_cache
def _draw(dialect: str) -> ReturningInsert[Any]:
    counted = {"value": COUNTERS.c.value + 1}
    first = insert_in(dialect, COUNTERS)
    return first.on_conflict_do_update(index_elements=[COUNTERS.c.name], set_=counted).returning(COUNTERS.c.value)
