"""Killed in the middle of writing, again and again: the database is whole, and what was said to be done is there."""

import os
import pathlib
import sqlite3
import subprocess
import sys
import threading

import pytest
from tests.ports import MASTER_KEY, NOON, FakeClock, SeededEntropy

from twogate.services.audit_log import AuditLog, read_anchor
from twogate.store.unit import Store

_HERE = pathlib.Path(__file__)


def _write_and_kill(folder: pathlib.Path, start: int, seconds: float) -> set[int]:
    """Let a process write for a while after its first unit, kill it with SIGKILL, return what it said was done."""
    process = subprocess.Popen(
        [sys.executable, str(_HERE.with_name("writer.py")), str(folder), str(start)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_HERE.parents[2])},
    )
    assert process.stdout is not None
    with process, process.stdout:
        first = process.stdout.readline()
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        lines = [first, *process.stdout.readlines()]
        timer.join()
    return {int(line) for line in lines if line.endswith(b"\n")}  # the last line may be cut


async def _must_be_whole(folder: pathlib.Path, done: set[int]) -> None:
    """Every unit wholly there or wholly not; every one that was done is there; the audit chain holds."""
    with sqlite3.connect(folder / "twogate.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    store = await Store.open(f"sqlite:///{folder / 'twogate.db'}", master_key=MASTER_KEY)
    try:
        log = AuditLog(store, FakeClock(), SeededEntropy(), anchor=folder / "audit.anchor")
        async with store.read() as unit:
            names = {int(user.name) for user in await unit.users.list(limit=1_000_000)}
            changes = await unit.feed.after(0, limit=1_000_000)
            events = await unit.audit.list(event="admin:user:created", limit=1_000_000)
        assert done <= names
        assert [change.number for change in changes] == list(range(1, len(changes) + 1))
        assert sorted(change.key for change in changes) == sorted(f"usr_{number}" for number in names)
        assert sorted(row.subject for row in events) == sorted(f"usr_{number}" for number in names)
        async with store.work() as unit:
            for number in names:
                assert not await unit.refresh_tokens.consume(f"token-{number}", NOON)
        report = await log.verify()
        assert report.intact, report.faults
        await log.close()
        report = await log.verify()
        assert (report.intact, report.signed_until) == (True, report.rows)
        assert list(read_anchor(folder / "audit.anchor"))
    finally:
        await store.close()


@pytest.mark.parametrize(
    "rounds",
    [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(600)])],
)
async def test_killed_while_writing(tmp_path: pathlib.Path, rounds: int) -> None:
    """After each kill nothing is half written, nothing done is lost, no used token is fresh, the chain verifies."""
    dice = SeededEntropy(f"kill {rounds}")
    done: set[int] = set()
    for number in range(rounds):
        done |= _write_and_kill(tmp_path, number * 1_000_000, dice.bytes(1)[0] / 640)
        await _must_be_whole(tmp_path, done)
    assert len(done) >= rounds
