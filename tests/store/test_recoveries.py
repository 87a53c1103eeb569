"""Ways back into accounts."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.store.records import ANN, recovery, settle

from twogate.store.unit import Conflict, Store
from twogate.terms.recovery import Stage


async def test_a_recovery_comes_back_as_it_was_written(db: Store) -> None:
    """By id, by the digest of either secret, and among the open ones; an empty digest finds nothing."""
    await settle(db)
    written = recovery(credentials=("crd_1", "crd_2"), reason="said so", secret_digest="secret-1")
    async with db.work() as unit:
        await unit.recoveries.add(written)
        await unit.recoveries.add(recovery(2, cancel_digest=""))
    async with db.read() as unit:
        assert await unit.recoveries.get(written.id) == written
        assert await unit.recoveries.by_cancel("cancel-1") == written
        assert await unit.recoveries.by_secret("secret-1") == written
        assert await unit.recoveries.by_cancel("") is None
        assert await unit.recoveries.by_secret("") is None
        assert [one.id for one in await unit.recoveries.open()] == ["rcv_1", "rcv_2"]


async def test_an_end_is_an_end(db: Store) -> None:
    """Of two changes at one version the second is a Conflict, and nothing changes one that has ended."""
    await settle(db)
    async with db.work() as unit:
        await unit.recoveries.add(recovery())
        await unit.recoveries.replace(replace(recovery(), stage=Stage.CANCELLED, ended=NOON))
        with pytest.raises(Conflict):
            await unit.recoveries.replace(replace(recovery(), stage=Stage.READY))
        with pytest.raises(Conflict):
            await unit.recoveries.replace(replace(recovery(), stage=Stage.READY, version=1))
        ended = await unit.recoveries.get(recovery().id)
    assert ended is not None
    assert (ended.stage, ended.version) == (Stage.CANCELLED, 1)


async def test_what_is_due_and_what_is_old(db: Store) -> None:
    """Due ones are open and past their moment; ended ones are listed for a while and then forgotten."""
    await settle(db)
    async with db.work() as unit:
        for number in (1, 2, 3):
            await unit.recoveries.add(recovery(number))
        await unit.recoveries.replace(replace(recovery(1), stage=Stage.LAPSED, ended=NOON))
        assert [one.id for one in await unit.recoveries.due(NOON.plus(102))] == ["rcv_2"]
        assert [one.id for one in await unit.recoveries.of_user(ANN, since=NOON.plus(-1))] == [
            "rcv_3",
            "rcv_2",
            "rcv_1",
        ]
        assert [one.id for one in await unit.recoveries.of_user(ANN, since=NOON)] == ["rcv_3", "rcv_2"]
        assert await unit.recoveries.prune(NOON.plus(99), keep_seconds=100) == 0
        assert await unit.recoveries.prune(NOON.plus(100), keep_seconds=100) == 1
