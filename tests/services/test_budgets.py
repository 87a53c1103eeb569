"""Which tries share a budget."""

from dataclasses import replace

from tests.services.desk import CALLER, Desk

from twogate.rules.factors.contract import Role
from twogate.services import budgets
from twogate.services.accounts import Accounts, Loaded
from twogate.services.budgets import Exhausted, Reserved
from twogate.terms.ids import DeviceId
from twogate.terms.reasons import Reason


async def _loaded(desk: Desk, name: str, device: DeviceId | None = None) -> Loaded:
    accounts = Accounts(desk.authenticators.registry, desk.settings)
    async with desk.store.read() as unit:
        return await accounts.by_name(unit, name, caller=replace(CALLER, device=device), now=desk.clock.now())


async def _reserve(desk: Desk, loaded: Loaded, role: Role = Role.FIRST) -> Reserved | Exhausted:
    factor = desk.authenticators.registry.of_role(role)[0]
    async with desk.store.work() as unit:
        return await budgets.reserve(unit, factor, loaded, now=desk.clock.now(), settings=desk.settings)


async def test_ten_tries_then_half_an_hour(desk: Desk) -> None:
    """The tenth is told to be the last; the eleventh is told how long to wait; afterwards there are ten more."""
    loaded = await _loaded(desk, "nobody")
    for number in range(1, 11):
        reserved = await _reserve(desk, loaded)
        assert isinstance(reserved, Reserved)
        assert reserved.last == (number == 10)
    desk.clock.advance(10.5)
    exhausted = await _reserve(desk, loaded)
    assert isinstance(exhausted, Exhausted)
    assert (exhausted.refused.reason, exhausted.retry_after) == (Reason.LOCKED, 1790)
    desk.clock.advance(1790)
    assert isinstance(await _reserve(desk, loaded), Reserved)


async def test_after_a_hundred_it_is_closed(desk: Desk) -> None:
    """The hundredth says so, and no waiting opens it again."""
    loaded = await _loaded(desk, "nobody")
    for number in range(1, 101):
        reserved = await _reserve(desk, loaded)
        assert isinstance(reserved, Reserved)
        assert reserved.closes == (number == 100)
        if reserved.last:
            desk.clock.advance(1800)
    desk.clock.advance(86_400 * 30)
    exhausted = await _reserve(desk, loaded)
    assert isinstance(exhausted, Exhausted)
    assert (exhausted.refused.reason, exhausted.retry_after) == (Reason.FACTOR_DISABLED, None)


async def test_password_code_and_recovery_are_apart(desk: Desk) -> None:
    """Wrong codes do not close the password, nor the other way round."""
    await desk.alice()
    loaded = await _loaded(desk, "alice")
    for _ in range(11):
        await _reserve(desk, loaded, Role.SECOND)
    assert isinstance(await _reserve(desk, loaded, Role.SECOND), Exhausted)
    assert isinstance(await _reserve(desk, loaded, Role.FIRST), Reserved)
    assert isinstance(await _reserve(desk, loaded, Role.RECOVERY), Reserved)


async def test_a_known_device_has_a_budget_of_its_own(desk: Desk) -> None:
    """Strangers use up theirs, the owner's own browser is not touched."""
    alice = await desk.alice()
    device = (await desk.known(alice)).device
    strangers, own = await _loaded(desk, "alice"), await _loaded(desk, "alice", device)
    for _ in range(11):
        await _reserve(desk, strangers)
    assert isinstance(await _reserve(desk, strangers), Exhausted)
    assert isinstance(await _reserve(desk, own), Reserved)


async def test_keys_name_accounts_and_hide_what_was_typed(desk: Desk) -> None:
    """A known account by its id; what belongs to nobody by a digest, for it may be a password in the wrong field."""
    alice = await desk.alice()
    assert budgets.account_key(await _loaded(desk, "alice")) == alice.user.id
    unknown = budgets.account_key(await _loaded(desk, "my-secret-password"))
    assert "my-secret-password" not in unknown
    assert unknown.startswith("unknown:")


async def test_everything_can_be_unlocked(desk: Desk) -> None:
    """Every lane of every device, and only of this account."""
    alice = await desk.alice()
    device = (await desk.known(alice)).device
    for loaded in (await _loaded(desk, "alice"), await _loaded(desk, "alice", device)):
        for _ in range(11):
            await _reserve(desk, loaded)
    factors = desk.authenticators.registry.factors
    async with desk.store.work() as unit:
        now = desk.clock.now()
        locked = await budgets.locked(unit, alice.user, factors, now=now)
        assert locked == (f"password:{alice.user.id}", *(k for k in locked if ":device:" in k))
        assert len(locked) == 2
        assert await budgets.clear_all(unit, alice.user, factors) == 2
        assert await budgets.locked(unit, alice.user, factors, now=now) == ()


async def test_factors_of_one_lane_are_one_lock(desk: Desk) -> None:
    """Ten wrong codes lock apps and tokens together, and that is told once."""
    alice = await desk.alice()
    for _ in range(10):
        await desk.give_code(await desk.half(alice), alice.wrong_code(desk))
    factors, now = desk.authenticators.registry.factors, desk.clock.now()
    assert len([one for one in factors if one.lane == "code"]) > 1
    async with desk.store.read() as unit:
        locked = await budgets.locked(unit, alice.user, factors, now=now)
    assert locked == (f"code:{alice.user.id}",)
