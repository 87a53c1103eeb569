"""Ten thousand pairs of racers from two processes: no answer is used twice, no QR code lets two phones in."""

import asyncio
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests import postgres
from tests.phone import QUESTION, Phone
from tests.ports import MASTER_KEY, NOON

from twogate.store.unit import Store
from twogate.terms.account import User
from twogate.terms.ids import UserId
from twogate.terms.push import Decision, Outcome, Prompt, PromptId

PAIRS = 10_000
BATCH = 500
ANN = UserId("usr_ann")
ANSWER = Phone().answer(QUESTION, Decision.APPROVE, "123456")
_RACER = pathlib.Path(__file__).with_name("racer.py")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'twogate.db'}"
        return
    with postgres.server() as address:
        yield address


async def _prepare(store: Store, kind: str, numbers: range) -> None:
    """Approved prompts that wait to be used, or QR codes that wait to be scanned."""
    async with store.work() as unit:
        for number in numbers:
            if kind == "qr_code":
                await unit.push_pairings.add(f"token-{number}", ANN, NOON.plus(600))
                continue
            question = replace(QUESTION, id=PromptId(f"prq_{number}"), asked=NOON)
            await unit.push_prompts.add(Prompt(question, ANN, "Firefox", "123456", None, NOON.plus(120)))
            await unit.push_prompts.settle(question.id, Outcome.APPROVED, answer=ANSWER, at=NOON)


def _race(racer: subprocess.Popen[str], numbers: range) -> None:
    assert racer.stdin is not None
    racer.stdin.write(f"{numbers.start} {len(numbers)}\n")
    racer.stdin.flush()


def _won(racer: subprocess.Popen[str]) -> list[int]:
    assert racer.stdout is not None
    found: list[int] = json.loads(racer.stdout.readline())
    return found


def _start(url: str, kind: str) -> subprocess.Popen[str]:
    racer = subprocess.Popen(
        [sys.executable, str(_RACER), url, kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(_RACER.parents[2])},
    )
    assert racer.stdout is not None
    assert racer.stdout.readline() == "ready\n"
    return racer


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["answer", "qr_code"])
async def test_case_31_ten_thousand_pairs(url: str, kind: str) -> None:
    """Each of them is taken, by one of the two; both processes win some, so that they did race."""
    store = await Store.open(url, master_key=MASTER_KEY)
    async with store.work() as unit:
        await unit.users.add(User(ANN, "ann", "Ann", "", NOON))
    racers = [_start(url, kind) for _ in range(2)]
    wins: list[list[int]] = [[], []]
    try:
        for start in range(0, PAIRS, BATCH):
            numbers = range(start, start + BATCH)
            await _prepare(store, kind, numbers)
            for racer in racers:
                _race(racer, numbers)
            for won, racer in zip(wins, racers, strict=True):
                won.extend(await asyncio.to_thread(_won, racer))
    finally:
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.close()
            racer.wait(30)
            assert racer.stdout is not None
            racer.stdout.close()
        await store.close()
    assert sorted(wins[0] + wins[1]) == list(range(PAIRS))
    assert all(len(won) > PAIRS // 100 for won in wins)
