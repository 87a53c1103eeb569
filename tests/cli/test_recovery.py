"""``twogate recovery`` on a real installation."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.ports import NOON

from twogate.cli.database import opened
from twogate.cli.exit_codes import ExitCode
from twogate.cli.installed import existing
from twogate.terms.ids import RecoveryId
from twogate.terms.recovery import Lost, Recovery, Stage, Way

Command = Callable[..., tuple[int, Any, str]]


def _ask(data: Path, name: str) -> None:
    async def add() -> None:
        async with opened(existing(data)) as store, store.work() as unit:
            user = await unit.users.by_name(name)
            assert user is not None
            far = NOON.plus(10**9)
            asked = Recovery(RecoveryId("rcv_1"), user.id, Way.TIME_LOCK, Lost.FACTORS, Stage.WAITING, NOON, due=far)
            await unit.recoveries.add(asked)

    asyncio.run(add())


def test_what_is_under_way_is_listed_and_stopped(twogate: Command, data: Path) -> None:
    """Stopping it a second time, and for somebody who is not there, is refused in one line."""
    twogate("user", "add", "alice")
    assert twogate("recovery", "list")[1] == []
    _ask(data, "alice")
    (row,) = twogate("recovery", "list")[1]
    assert (row["name"], row["lost"], row["way"], row["stage"]) == ("alice", "factors", "time_lock", "waiting")
    code, told, _ = twogate("recovery", "stop", "alice")
    assert (code, told["stage"]) == (ExitCode.OK, "cancelled")
    assert twogate("recovery", "list")[1] == []
    for name in ("alice", "bob"):
        code, document, error = twogate("recovery", "stop", name)
        assert (code, document, error.count("error:")) == (ExitCode.REFUSED, None, 1)
