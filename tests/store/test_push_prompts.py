"""Prompts: answered once, used once, never late; a denial before the use wins."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from tests.phone import QUESTION, Phone
from tests.ports import NOON
from tests.store.records import ANN, BOB, user

from twogate.store.unit import Store
from twogate.terms.ids import DeviceId
from twogate.terms.push import Decision, Outcome, Prompt, PromptId

END = NOON.plus(120)
ANSWER = Phone().answer(QUESTION, Decision.APPROVE, "123456")


def _prompt(number: int = 1, **other: object) -> Prompt:
    question = replace(QUESTION, id=PromptId(f"prq_{number}"), asked=NOON.plus(number))
    made = Prompt(question, ANN, "Firefox", "123456", DeviceId("dev_1"), END)
    return replace(made, **other)  # type: ignore[arg-type]


@pytest.fixture
async def asked(db: Store) -> Store:
    """Ann was asked three things, Bob one."""
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.users.add(user("bob"))
        for number in (1, 2, 3):
            await unit.push_prompts.add(_prompt(number))
        await unit.push_prompts.add(_prompt(4, user=BOB))
    return db


def _id(number: int) -> PromptId:
    return PromptId(f"prq_{number}")


async def test_a_prompt_comes_back_as_it_was(asked: Store) -> None:
    """What waits is its owner's, oldest first, and only until its end."""
    async with asked.read() as unit:
        assert await unit.push_prompts.get(_id(1)) == _prompt(1)
        assert await unit.push_prompts.get(_id(9)) is None
        assert await unit.push_prompts.waiting(ANN, NOON) == [_prompt(1), _prompt(2), _prompt(3)]
        assert await unit.push_prompts.waiting(ANN, END) == []


async def test_neither_code_nor_place_stands_in_the_database(asked: Store) -> None:
    """Questions and answers are sealed."""
    async with asked.work() as unit:
        await unit.push_prompts.settle(_id(1), Outcome.APPROVED, answer=ANSWER, at=NOON)
        rows = await unit.push_prompts._transaction.rows(text("SELECT * FROM push_prompts"))
    seen = repr(rows)
    for secret in ("123456", "203.0.113.7", "Firefox", ANSWER.signature):
        assert secret not in seen


async def test_a_prompt_is_answered_once(asked: Store, rival: Store) -> None:
    """Of twenty answers in two processes one counts, and it is the one that is kept."""
    outcomes = [Outcome.APPROVED, Outcome.WRONG]

    async def settle(store: Store, outcome: Outcome) -> bool:
        async with store.work() as unit:
            return await unit.push_prompts.settle(_id(1), outcome, answer=ANSWER, at=NOON)

    tried = [(store, outcome) for _ in range(5) for store in (asked, rival) for outcome in outcomes]
    done = await asyncio.gather(*(settle(*one) for one in tried))
    assert sum(done) == 1
    async with asked.read() as unit:
        found = await unit.push_prompts.get(_id(1))
    assert found is not None
    assert (found.outcome, found.answer) == (tried[done.index(True)][1], ANSWER)


async def test_an_approval_is_used_once(asked: Store, rival: Store) -> None:
    """Of twenty uses in two processes one counts; what was not approved is never used."""

    async def use(store: Store, number: int) -> bool:
        async with store.work() as unit:
            return await unit.push_prompts.use(_id(number), NOON)

    assert not await use(asked, 1)
    async with asked.work() as unit:
        await unit.push_prompts.settle(_id(1), Outcome.APPROVED, answer=ANSWER, at=NOON)
        await unit.push_prompts.settle(_id(2), Outcome.WRONG, answer=ANSWER, at=NOON)
    assert sum(await asyncio.gather(*(use(store, 1) for _ in range(10) for store in (asked, rival)))) == 1
    assert not await use(asked, 2)


async def test_nothing_is_answered_or_used_late(asked: Store) -> None:
    """Up to the end, and not at it."""
    async with asked.work() as unit:
        assert not await unit.push_prompts.settle(_id(1), Outcome.APPROVED, answer=ANSWER, at=END)
        assert await unit.push_prompts.settle(_id(1), Outcome.APPROVED, answer=ANSWER, at=END.plus(-0.001))
        assert not await unit.push_prompts.use(_id(1), END)
        assert await unit.push_prompts.use(_id(1), END.plus(-0.001))


async def test_a_denial_stops_everything_of_its_owner(asked: Store) -> None:
    """What waits and what was approved and not used yet; what was used is over, another person's goes on."""
    async with asked.work() as unit:
        for number in (1, 2):
            await unit.push_prompts.settle(_id(number), Outcome.APPROVED, answer=ANSWER, at=NOON)
        await unit.push_prompts.use(_id(1), NOON)
        assert await unit.push_prompts.stop(ANN, Outcome.DENIED, at=NOON) == 2
        assert not await unit.push_prompts.use(_id(2), NOON)
        assert await unit.push_prompts.waiting(ANN, NOON) == []
        assert await unit.push_prompts.waiting(BOB, NOON) == [_prompt(4, user=BOB)]
        assert await unit.push_prompts.stop(ANN, Outcome.DENIED, at=NOON) == 0


async def test_approve_use_and_deny_race(asked: Store, rival: Store) -> None:
    """In two processes: either it was used before the denial, or it is denied and never used."""

    async def approve_and_use() -> bool:
        async with asked.work() as unit:
            await unit.push_prompts.settle(_id(1), Outcome.APPROVED, answer=ANSWER, at=NOON)
        async with asked.work() as unit:
            return await unit.push_prompts.use(_id(1), NOON)

    async def deny() -> int:
        async with rival.work() as unit:
            return await unit.push_prompts.stop(ANN, Outcome.DENIED, at=NOON)

    used, stopped = await asyncio.gather(approve_and_use(), deny())
    async with asked.read() as unit:
        found = await unit.push_prompts.get(_id(1))
    assert found is not None
    assert used == (found.outcome is Outcome.APPROVED)
    assert stopped == (2 if used else 3)


async def test_a_report_counts_once_and_for_a_day(asked: Store) -> None:
    """Also of what was used or is over; not of what is older."""
    async with asked.work() as unit:
        await unit.push_prompts.settle(_id(1), Outcome.APPROVED, answer=ANSWER, at=NOON)
        await unit.push_prompts.use(_id(1), NOON)
        assert await unit.push_prompts.report(_id(1), since=NOON)
        assert not await unit.push_prompts.report(_id(1), since=NOON)
        assert not await unit.push_prompts.report(_id(2), since=NOON.plus(2))
        assert await unit.push_prompts.report(_id(3), since=NOON.plus(2))


async def test_old_prompts_are_forgotten(asked: Store) -> None:
    """A while after their end, in bounded batches."""
    async with asked.work() as unit:
        assert await unit.push_prompts.prune(END.plus(59), keep_seconds=60) == 0
        assert await unit.push_prompts.prune(END.plus(60), keep_seconds=60, limit=3) == 3
        assert await unit.push_prompts.prune(END.plus(60), keep_seconds=60, limit=3) == 1
