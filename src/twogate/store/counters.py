"""Numbers that rise in commit order without a gap.

Decides how a number is drawn: from a row that stays locked until the drawing transaction ends, so whoever sees
number n has seen every number below it. Draw late in a unit: others wait from here to its end.
"""

from sqlalchemy import select

from twogate.store.tables.feed import COUNTERS
from twogate.store.transaction import Transaction


async def draw(transaction: Transaction, name: str) -> int:
    """The next number of this counter; the first one is 1."""
    first = transaction.insert(COUNTERS).values(name=name, value=1)
    drawn = first.on_conflict_do_update(
        index_elements=[COUNTERS.c.name],
        set_={"value": COUNTERS.c.value + 1},
    ).returning(COUNTERS.c.value)
    return await transaction.number(drawn)


async def last(transaction: Transaction, name: str) -> int:
    """The number drawn last; 0 before the first."""
    return await transaction.number(select(COUNTERS.c.value).where(COUNTERS.c.name == name))
