"""The key that push services know this installation by."""

from tests.ports import FakeClock, SeededEntropy

from twogate.rules.protocols.webpush.vapid import public_key
from twogate.services.push_keys import PushKey
from twogate.store.unit import Store


async def test_all_processes_have_one_key(store: Store, fake_clock: FakeClock) -> None:
    """Made by the first, and the same after a restart."""
    one = PushKey(store, fake_clock, SeededEntropy("one"))
    two = PushKey(store, fake_clock, SeededEntropy("two"))
    first = public_key(await one.key())
    assert public_key(await one.key()) == first
    assert public_key(await two.key()) == first


async def test_the_slower_of_two_takes_the_key_of_the_faster(store: Store, fake_clock: FakeClock) -> None:
    """Both looked before either had kept one."""
    slow, fast = (PushKey(store, fake_clock, SeededEntropy(name)) for name in ("slow", "fast"))
    made = public_key(await fast.key())
    kept = await slow._made()
    assert kept == await fast._found()
    assert public_key(await slow.key()) == made
