"""Token-signing keys: made once, published before they sign, rotated with overlap, withdrawn at once."""

import asyncio

import pytest
from joserfc import jws
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy

from twogate.services.signing_keys import AHEAD, OVERLAP, PERIOD, KeyRing
from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind


@pytest.fixture
def ring(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> KeyRing:
    """The keys of a fresh installation."""
    return KeyRing(store, fake_clock, seeded_entropy)


async def _kids(ring: KeyRing) -> list[str]:
    return [key.kid for key in await ring.verification()]


async def test_the_first_use_makes_a_key_that_signs_and_verifies(ring: KeyRing, store: Store) -> None:
    """What the first signer signs verifies with the one published key; gateways are told of it."""
    signer = await ring.signer()
    token = jws.serialize_compact({"alg": "ES256"}, b"x", signer.key)
    assert jws.deserialize_compact(token, signer.key).payload == b"x"
    assert await _kids(ring) == [signer.kid]
    async with store.read() as unit:
        assert [change.kind for change in await unit.feed.after(0)] == [ChangeKind.KEYS_CHANGED]
        snapshot = await unit.feed.snapshot(ring._clock.now())
    assert [key.kid for key in snapshot.keys] == [signer.kid]


@pytest.mark.parametrize("address", ["sqlite_url", "pg_url"])
async def test_two_processes_make_one_first_key(
    address: str,
    request: pytest.FixtureRequest,
    fake_clock: FakeClock,
) -> None:
    """Control processes that start at the same moment agree on one key, on both databases."""
    url = request.getfixturevalue(address)
    stores = [await Store.open(url, master_key=MASTER_KEY) for _ in range(3)]
    rings = [KeyRing(store, fake_clock, SeededEntropy(str(n))) for n, store in enumerate(stores) for _ in range(3)]
    signers = await asyncio.gather(*(ring.signer() for ring in rings))
    assert len({signer.kid for signer in signers}) == 1
    async with stores[0].read() as unit:
        assert len(await unit.keys.live(fake_clock.now())) == 1
    for store in stores:
        await store.close()


async def test_the_next_key_is_published_before_it_signs(ring: KeyRing, fake_clock: FakeClock) -> None:
    """Shortly before a key's time is over its successor verifies already, and signs only afterwards."""
    first = (await ring.signer()).kid
    fake_clock.advance(PERIOD - AHEAD - 30)
    assert await _kids(ring) == [first]
    fake_clock.advance(30)
    published = await _kids(ring)
    assert len(published) == 2
    assert (await ring.signer()).kid == first
    fake_clock.advance(AHEAD)
    assert (await ring.signer()).kid == published[0] != first
    assert first in await _kids(ring)
    fake_clock.advance(OVERLAP)
    assert first not in await _kids(ring)


async def test_rotation_on_demand_takes_over_after_the_grace(ring: KeyRing, fake_clock: FakeClock) -> None:
    """A key made by hand is published at once and signs once gateways have had time to learn it."""
    first = (await ring.signer()).kid
    made = await ring.rotate(actor="cli:root")
    assert await _kids(ring) == [made, first]
    assert (await ring.signer()).kid == first
    fake_clock.advance(AHEAD)
    assert (await ring.signer()).kid == made


async def test_a_withdrawn_key_is_replaced_at_once(ring: KeyRing, store: Store) -> None:
    """Withdrawing the only key leaves another one that signs, tells gateways, and happens once."""
    first = (await ring.signer()).kid
    number = await ring.withdraw(first, actor="cli:root")
    assert number == 2
    assert first not in await _kids(ring)
    assert (await ring.signer()).kid != first
    assert await ring.withdraw(first) is None
    async with store.read() as unit:
        rows = await unit.audit.list()
    assert [row.event.value for row in rows] == ["system:key:rotated", "system:key:withdrawn", "system:key:rotated"]


async def test_another_process_learns_of_a_withdrawal(
    ring: KeyRing,
    store: Store,
    fake_clock: FakeClock,
    seeded_entropy: SeededEntropy,
) -> None:
    """A ring that has the key in memory stops using it within seconds."""
    other = KeyRing(store, fake_clock, seeded_entropy)
    first = (await other.signer()).kid
    await ring.withdraw(first)
    fake_clock.advance(10)
    assert (await other.signer()).kid != first


async def test_a_call_inside_a_unit_does_not_wait_for_it(
    ring: KeyRing,
    store: Store,
    fake_clock: FakeClock,
) -> None:
    """Keys read a moment ago are given at once, also to whoever holds the database's write lock."""
    first = (await ring.signer()).kid
    fake_clock.advance(5)
    async with store.work():
        assert (await asyncio.wait_for(ring.signer(), 1)).kid == first
    assert ring._reading is not None
    await ring._reading


async def test_an_installation_that_slept_for_months_signs_again(ring: KeyRing, fake_clock: FakeClock) -> None:
    """When every key has run out, the first call makes one that signs at once."""
    first = (await ring.signer()).kid
    fake_clock.advance(3 * PERIOD)
    assert (await ring.signer()).kid != first
