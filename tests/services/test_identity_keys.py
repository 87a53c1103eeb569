"""RSA keys of ID tokens: made once, one algorithm each, never shown to gateways, replaced in time."""

import asyncio

from tests.services.oauth_standins import ToldClock

from twogate.services.identity_keys import IdentityKeys
from twogate.services.signing_keys import OVERLAP, PERIOD
from twogate.store.unit import Store


async def _kid(ring: IdentityKeys, store: Store, algorithm: str = "PS256") -> str:
    async with store.work() as unit:
        return (await ring.signer(unit, algorithm)).kid


async def test_one_key_for_each_algorithm_however_many_ask(store: Store) -> None:
    """Five at once get one key, and the other algorithm has its own: a key is never used for both."""
    clock = ToldClock()
    asked = await asyncio.gather(*(_kid(IdentityKeys(store, clock), store) for _ in range(5)))
    other = await _kid(IdentityKeys(store, clock), store, "RS256")
    found = await IdentityKeys(store, clock).verification()
    assert len(set(asked)) == 1
    assert {key.kid: key.algorithm for key in found.values()} == {asked[0]: "PS256", other: "RS256"}


async def test_gateways_never_hear_of_them(store: Store) -> None:
    """An access token under one would find no key: the set that gateways get has none of these."""
    clock = ToldClock()
    await _kid(IdentityKeys(store, clock), store)
    async with store.read() as unit:
        assert await unit.keys.verification_keys(clock.now()) == ()


async def test_a_key_is_followed_by_another(store: Store) -> None:
    """After its period a new one signs, and the old one verifies until nothing it signed can be good."""
    clock = ToldClock()
    ring = IdentityKeys(store, clock)
    first = await _kid(ring, store)
    clock.at = clock.at.plus(PERIOD)
    second = await _kid(ring, store)
    assert set(await ring.verification()) == {first, second}
    clock.at = clock.at.plus(OVERLAP)
    assert set(await ring.verification()) == {second}


async def test_a_withdrawn_key_signs_no_more(store: Store) -> None:
    """It is not published either, and the next token has another one."""
    clock = ToldClock()
    ring = IdentityKeys(store, clock)
    first = await _kid(ring, store)
    async with store.work() as unit:
        assert await unit.keys.withdraw(first, clock.now())
    assert await _kid(ring, store) != first
    assert first not in await IdentityKeys(store, clock).verification()
