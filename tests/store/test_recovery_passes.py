"""Which recoveries have handed out a pass."""

from dataclasses import replace

from tests.ports import NOON
from tests.store.records import recovery, settle

from twogate.store.unit import Store
from twogate.terms.recovery import Stage


async def test_passes_are_found_again(db: Store) -> None:
    """While the recovery is open, and afterwards until the pass is dropped."""
    await settle(db)
    async with db.work() as unit:
        await unit.recoveries.add(recovery(1))
        await unit.recoveries.add(recovery(2, credential="crd_9"))
        assert [one.id for one in await unit.recovery_passes.out()] == ["rcv_2"]
        await unit.recoveries.replace(replace(recovery(2, credential="crd_9"), stage=Stage.USED, ended=NOON))
        assert await unit.recovery_passes.out() == []
        assert await unit.recovery_passes.over(NOON.plus(-1)) == []
        assert [one.id for one in await unit.recovery_passes.over(NOON)] == ["rcv_2"]
        await unit.recovery_passes.drop(recovery(2).id)
        assert await unit.recovery_passes.over(NOON) == []
