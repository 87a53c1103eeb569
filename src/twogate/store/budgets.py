"""Budgets of wrong tries (NIST SP 800-63B-4, section 3.2.2): counted before a proof is checked, not after.

Decides how a try is counted so that parallel tries cannot exceed the limit. Which keys share a budget, and what the
limits are, is for ``rules`` and ``services``.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, case, delete, false, literal, null, or_, select, true, update
from sqlalchemy.sql.dml import ReturningInsert

from twogate.store.tables.users import BUDGETS
from twogate.store.transaction import Transaction
from twogate.terms.instant import Instant


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
        lock_end = now.plus(lock_seconds)
        granted = await self._transaction.row(self._grant(key, now, limit=limit, lock_end=lock_end, cap=cap))
        if granted is not None:
            return BudgetState(
                allowed=True,
                failures=granted["failures"],
                total=granted["total"],
                locked_until=granted["locked_until"],
                disabled=False,
                just_locked=False,
            )
        first = await self._transaction.changed(
            update(BUDGETS).where(BUDGETS.c.key == key, BUDGETS.c.told == false()).values(told=True),
        )
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

    def _grant(
        self,
        key: str,
        now: Instant,
        *,
        limit: int,
        lock_end: Instant,
        cap: int,
    ) -> ReturningInsert[Any]:
        """The first try inserts, a later one updates while the budget lasts; no row comes back when it does not."""
        table = BUDGETS.c
        failures = case((table.locked_until.is_not(None), 1), else_=table.failures + 1)
        first = self._transaction.insert(BUDGETS).values(
            key=key,
            failures=1,
            total=1,
            last_granted=now,
            locked_until=lock_end if limit <= 1 else None,
            disabled=cap <= 1,
            told=False,
        )
        return first.on_conflict_do_update(
            index_elements=[table.key],
            set_={
                "failures": failures,
                "total": table.total + 1,
                "last_granted": now,
                "locked_until": case((failures >= limit, literal(lock_end, table.locked_until.type)), else_=null()),
                "disabled": case((table.total + 1 >= cap, true()), else_=false()),
                "told": literal(False, Boolean),
            },
            where=(table.disabled == false()) & or_(table.locked_until.is_(None), table.locked_until <= now),
        ).returning(table.failures, table.total, table.locked_until)

    async def peek(self, key: str) -> BudgetState | None:
        row = await self._transaction.row(select(BUDGETS).where(BUDGETS.c.key == key))
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
        await self._transaction.run(delete(BUDGETS).where(BUDGETS.c.key == key))

    async def clear(self, key: str) -> bool:
        """An administrator unlocks; True where there was something to clear."""
        return await self._transaction.changed(delete(BUDGETS).where(BUDGETS.c.key == key)) > 0

    async def prune(self, now: Instant, *, older_than_seconds: int) -> int:
        """Forget budgets nobody has drawn on for so long; disabled ones stay until they are cleared."""
        quiet = BUDGETS.c.last_granted <= now.plus(-older_than_seconds)
        return await self._transaction.changed(delete(BUDGETS).where(quiet, BUDGETS.c.disabled == false()))
