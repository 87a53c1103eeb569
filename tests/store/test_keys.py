"""Signing keys at rest."""

from tests.ports import NOON
from tests.store.records import signing_key

from twogate.store.unit import Store
from twogate.terms.changes import VerificationKey


async def test_live_keys_come_newest_first(db: Store) -> None:
    """Keys that are not yet signing are live; ones past their time or withdrawn are not."""
    async with db.work() as unit:
        await unit.keys.add(signing_key(1))
        await unit.keys.add(signing_key(2))
        await unit.keys.add(signing_key(3, verifies_until=NOON.plus(50)))
        await unit.keys.add(signing_key(4))
        assert await unit.keys.withdraw("key-4", NOON)
        assert not await unit.keys.withdraw("key-4", NOON)
    async with db.read() as unit:
        assert await unit.keys.live(NOON.plus(50)) == [signing_key(2), signing_key(1)]
        assert await unit.keys.verification_keys(NOON.plus(50)) == (
            VerificationKey("key-2", signing_key().public_pem),
            VerificationKey("key-1", signing_key().public_pem),
        )
        assert await unit.keys.live(NOON.plus(200)) == []


def test_a_private_key_hides_from_print() -> None:
    """A traceback or log that shows a key shows its public half only."""
    assert "PRIVATE" not in repr(signing_key())
