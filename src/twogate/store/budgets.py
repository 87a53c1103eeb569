"""Budgets of wrong tries (NIST SP 800-63B-4, section 3.2.2): counted before a proof is checked, not after.

Decides how a try is counted so that parallel tries cannot exceed the limit. Which keys share a budget, and what the
limits are, is for ``rules`` and ``services``.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, case, delete, false, null, or_, select, true, update
from sqlalchemy.sql.dml import ReturningInsert

from twogate.store.tables.users import BUDGETS
from twogate.store.transaction import Transaction, insert_in
from twogate.terms.instant import Instant

_ANY = 2**62
_BY_KEY = select(BUDGETS).where(BUDGETS.c.key == bindparam("budget"))
_TELL = update(BUDGETS).where(BUDGETS.c.key == bindparam("budget"), BUDGETS.c.told == false())
_CLEAR = delete(BUDGETS).where(BUDGETS.c.key == bindparam("budget"))
_MARKED = (
    select(BUDGETS.c.key)
    .where(
        BUDGETS.c.last_granted <= bindparam("end"),
        BUDGETS.c.key.contains(bindparam("marker")),
        BUDGETS.c.total <= bindparam("tries"),
    )
    .limit(bindparam("most"))
)
_FORGET = delete(BUDGETS).where(BUDGETS.c.key.in_(_MARKED))
_PRUNE = delete(BUDGETS).where(BUDGETS.c.last_granted <= bindparam("end"), BUDGETS.c.disabled == false())


@dataclass(frozen=True, slots=True)
class BudgetState:
    """Where a budget stands. ``allowed``: the reservation was granted; the proof may be checked now."""

    allowed: bool
    failures: int  # consecutive, the reserved try included
    total: int  # since the last success, the reserved try included
    locked_until: Instant | None  # on the last granted try of a window already set: what follows if it fails
    disabled: bool  # the cap was reached: no try is granted any more
    just_locked: bool  # this reservation was refused as the first one since the lock began: tell the owner once


class Budgets:
    """Budgets by key."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def reserve(self, key: str, *, now: Instant, limit: int, lock_seconds: int, cap: int) -> BudgetState:
        """Count one try before it is checked, in one conditional statement.

        Ten tries are granted (``limit``), then none until ``lock_seconds`` after the last granted one, then a
        new window of ``limit``; after ``cap`` granted tries without a success none ever (disabled).
        """
        bounds = {
            "key": key,
            "failures": 1,
            "total": 1,
            "last_granted": now,
            "locked_until": now.plus(lock_seconds) if limit <= 1 else None,
            "disabled": cap <= 1,
            "told": False,
            "most": limit,
            "cap": cap,
            "now": now,
            "lock_end": now.plus(lock_seconds),
        }
        granted = await self._transaction.row(_grant(self._transaction.dialect), bounds)
        if granted is not None:
            return BudgetState(
                allowed=True,
                failures=granted["failures"],
                total=granted["total"],
                locked_until=granted["locked_until"],
                disabled=False,
                just_locked=False,
            )
        first = await self._transaction.changed(_TELL, {"budget": key, "told": True})
        state = await self.peek(key)
        if state is None:  # cleared by somebody between the statements: ask again
            return await self.reserve(key, now=now, limit=limit, lock_seconds=lock_seconds, cap=cap)
        return BudgetState(
            allowed=False,
            failures=state.failures,
            total=state.total,
            locked_until=state.locked_until,
            disabled=state.disabled,
            just_locked=first == 1,
        )

    async def peek(self, key: str) -> BudgetState | None:
        row = await self._transaction.row(_BY_KEY, {"budget": key})
        if row is None:
            return None
        return BudgetState(
            allowed=not row["disabled"] and row["locked_until"] is None,
            failures=row["failures"],
            total=row["total"],
            locked_until=row["locked_until"],
            disabled=row["disabled"],
            just_locked=False,
        )

    async def succeed(self, key: str) -> None:
        """Right proof: consecutive and total go back to 0."""
        await self._transaction.run(_CLEAR, {"budget": key})

    async def clear(self, key: str) -> bool:
        """An administrator unlocks; True where there was something to clear."""
        return await self._transaction.changed(_CLEAR, {"budget": key}) > 0

    async def prune(self, now: Instant, *, older_than_seconds: int) -> int:
        """Forget budgets nobody has drawn on for so long; disabled ones stay until they are cleared."""
        return await self._transaction.changed(_PRUNE, {"end": now.plus(-older_than_seconds)}, large=True)

    async def forget(
        self, now: Instant, *, marker: str, older_than_seconds: int, tries: int = _ANY, limit: int = 1000
    ) -> int:
        """Forget budgets whose key contains ``marker``, disabled ones too: nobody will ever clear them.

        ``tries``: only those on which no more were drawn.
        """
        old = {"end": now.plus(-older_than_seconds), "marker": marker, "tries": tries, "most": limit}
        return await self._transaction.changed(_FORGET, old, large=True)


@lru_cache
def _grant(dialect: str) -> ReturningInsert[Any]:
    """The first try inserts, a later one updates while the budget lasts; no row comes back when it does not."""
    table, moment = BUDGETS.c, BUDGETS.c.last_granted.type
    failures = case((table.locked_until.is_not(None), 1), else_=table.failures + 1)
    return (
        insert_in(dialect, BUDGETS)
        .on_conflict_do_update(
            index_elements=[table.key],
            set_={
                "failures": failures,
                "total": table.total + 1,
                "last_granted": bindparam("now", type_=moment),
                "locked_until": case(
                    (failures >= bindparam("most"), bindparam("lock_end", type_=moment)), else_=null()
                ),
                "disabled": case((table.total + 1 >= bindparam("cap"), true()), else_=false()),
                "told": false(),
            },
            where=(table.disabled == false())
            & or_(table.locked_until.is_(None), table.locked_until <= bindparam("now", type_=moment)),
        )
        .returning(table.failures, table.total, table.locked_until)
    )
