"""Budgets of wrong tries: counted before the check, exact under any parallelism."""

import asyncio

from tests.ports import NOON

from twogate.store.unit import BudgetState, Store


async def _reserve(store: Store, key: str = "usr_1/totp", *, seconds: float = 0, cap: int = 100) -> BudgetState:
    async with store.work() as unit:
        return await unit.budgets.reserve(key, now=NOON.plus(seconds), limit=10, lock_seconds=1800, cap=cap)


async def test_case_03_lockout_toctou(db: Store, rival: Store) -> None:
    """Of 100 parallel tries through two processes exactly ten are granted, and one refusal tells the owner."""
    states = await asyncio.gather(*(_reserve(store) for _ in range(50) for store in (db, rival)))
    granted = sorted(state.failures for state in states if state.allowed)
    assert granted == list(range(1, 11))
    assert sum(state.just_locked for state in states) == 1


async def test_a_lock_ends_after_its_time_and_opens_a_new_window(db: Store) -> None:
    """The lock is counted from the last granted try; afterwards ten more are granted, and the total goes on."""
    for second in range(10):
        assert (await _reserve(db, seconds=second)).allowed
    refused = await _reserve(db, seconds=9 + 1799.9)
    assert not refused.allowed
    assert refused.locked_until == NOON.plus(9 + 1800)
    again = [await _reserve(db, seconds=9 + 1800) for _ in range(11)]
    assert [state.allowed for state in again] == [True] * 10 + [False]
    assert [state.failures for state in again[:10]] == list(range(1, 11))
    assert again[9].total == 20
    assert again[10].just_locked


async def test_the_cap_disables_for_good(db: Store) -> None:
    """After the cap without a success no time unlocks; an administrator does."""
    granted = [await _reserve(db, seconds=1801 * (n // 10), cap=20) for n in range(20)]
    assert all(state.allowed for state in granted)
    later = await _reserve(db, seconds=10_000_000, cap=20)
    assert (later.allowed, later.disabled, later.just_locked) == (False, True, True)
    assert not (await _reserve(db, seconds=20_000_000, cap=20)).just_locked
    async with db.work() as unit:
        assert await unit.budgets.prune(NOON.plus(30_000_000), older_than_seconds=60) == 0
        assert await unit.budgets.clear("usr_1/totp")
        assert not await unit.budgets.clear("usr_1/totp")
    assert (await _reserve(db)).total == 1


async def test_a_success_gives_the_whole_budget_back(db: Store) -> None:
    """After a right proof both counts start at nothing."""
    for _ in range(9):
        await _reserve(db)
    async with db.work() as unit:
        await unit.budgets.succeed("usr_1/totp")
        assert await unit.budgets.peek("usr_1/totp") is None
    assert (await _reserve(db)).failures == 1


async def test_budgets_do_not_touch_each_other(db: Store) -> None:
    """A locked key leaves another key its ten tries."""
    for _ in range(11):
        await _reserve(db, "a")
    assert (await _reserve(db, "b")).allowed
    async with db.read() as unit:
        peeked = await unit.budgets.peek("a")
    assert peeked is not None
    assert not peeked.allowed


async def test_quiet_budgets_are_forgotten(db: Store) -> None:
    """Pruning removes what nobody has drawn on for the given time, and nothing younger."""
    await _reserve(db, "old")
    await _reserve(db, "young", seconds=61)
    async with db.work() as unit:
        assert await unit.budgets.prune(NOON.plus(61), older_than_seconds=60) == 1
        assert await unit.budgets.peek("young") is not None
