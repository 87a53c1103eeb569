"""Which groups people are in."""

from tests.ports import NOON
from tests.store.records import ANN, settle, user

from twogate.store.unit import Store


async def test_groups_are_joined_and_left_once(db: Store) -> None:
    """Joining twice is joining; whoever is blocked does not count."""
    await settle(db)
    async with db.work() as unit:
        bob = user("bob")
        await unit.users.add(bob)
        assert await unit.memberships.join(ANN, "staff", at=NOON, by="cli")
        assert not await unit.memberships.join(ANN, "staff", at=NOON, by="cli")
        assert await unit.memberships.join(ANN, "administrators", at=NOON, by="cli")
        assert await unit.memberships.join(bob.id, "staff", at=NOON, by="cli")
        assert await unit.memberships.of_user(ANN) == ["administrators", "staff"]
        assert await unit.memberships.count("staff") == 2
        await unit.users.set_blocked(bob.id, NOON)
        assert await unit.memberships.count("staff") == 1
        assert await unit.memberships.leave(ANN, "staff")
        assert not await unit.memberships.leave(ANN, "staff")
        await unit.users.remove(ANN)
        assert await unit.memberships.of_user(ANN) == []
