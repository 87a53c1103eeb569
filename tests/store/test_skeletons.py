"""What names look like."""

import pytest
from tests.store.records import ANN, settle, user

from twogate.store.unit import Conflict, Store


async def test_two_names_never_look_the_same(db: Store) -> None:
    """The second one is a Conflict; with its account a look is free again."""
    await settle(db)
    async with db.work() as unit:
        bob = user("bob")
        await unit.users.add(bob)
        await unit.skeletons.add("ann", ANN)
        with pytest.raises(Conflict):
            await unit.skeletons.add("ann", bob.id)
        assert await unit.skeletons.owner("ann") == ANN
        await unit.users.remove(ANN)
        assert await unit.skeletons.owner("ann") is None
