"""Who has what, and reminders to those who owe a second factor."""

from tests.ports import NOON
from tests.services.desk import Desk

from twogate.rules.assurance.level import Level
from twogate.rules.signin.enforcement import Duty
from twogate.services.enforcement import Coverage, Reminders
from twogate.settings.sign_in import SecondFactor, SignInSettings
from twogate.terms.account import User
from twogate.terms.ids import UserId

DAY = 86_400
SOON = SignInSettings(second_factor=SecondFactor.WHEN_NEEDED, required_from="2026-12-01", grace=2, remind=7 * DAY)


def _coverage(desk: Desk, settings: SignInSettings = SOON) -> Coverage:
    return Coverage(desk.store, desk.clock, registry=desk.authenticators.registry, settings=settings)


def _reminders(desk: Desk, settings: SignInSettings = SOON) -> Reminders:
    ports = (desk.store, desk.clock, desk.entropy)
    return Reminders(*ports, coverage=_coverage(desk, settings), settings=settings)


async def test_coverage_says_what_everybody_has(desk: Desk) -> None:
    """Factors in order, the level they reach, codes left; what is disabled or used up does not count."""
    alice = await desk.alice()
    await desk.add("bob")
    rows = {row.user.name: row for row in await _coverage(desk).page()}
    assert rows["alice"].factors == ("password", "totp", "recovery_code")
    assert (rows["alice"].level, rows["alice"].duty, rows["alice"].codes) == (Level.AAL2, Duty.MET, 10)
    assert (rows["bob"].level, rows["bob"].duty, rows["bob"].codes) == (Level.AAL1, Duty.SOON, 0)
    async with desk.store.work() as unit:
        for one in await unit.credentials.of_user(alice.user.id):
            if one.factor == "totp":
                await unit.credentials.set_disabled(one.id, NOON)
    (row,) = [row for row in await _coverage(desk).page() if row.user.name == "alice"]
    assert (row.level, row.duty) == (Level.AAL1, Duty.DUE)  # a lost one is never put off


async def test_everybody_is_a_page_at_a_time(desk: Desk) -> None:
    """More people than one page holds are all there, each once."""
    async with desk.store.work() as unit:
        for at in range(405):
            await unit.users.add(User(UserId(f"usr_{at}"), f"p{at:03}", "", "", NOON))
    names = [row.user.name async for row in _coverage(desk).all()]
    assert len(names) == len(set(names)) == 405
    assert names == sorted(names)


async def test_reminders_are_told_at_intervals(desk: Desk) -> None:
    """Before the day, in grace and when it is due; those who have a factor, or lost one, are left alone."""
    await desk.alice()
    bob = await desk.add("bob", email="bob@example.com")
    reminders = _reminders(desk)
    assert await reminders.remind() == 1
    assert "From 2026-12-01 00:00 UTC" in (await desk.notices(bob))[0].text
    assert await reminders.remind() == 0
    desk.clock.advance(7 * DAY)
    assert await reminders.remind() == 1
    assert any("2 more times" in one.text for one in await desk.notices(bob))
    async with desk.store.work() as unit:
        for _ in range(2):
            await unit.obligations.put_off(bob.user.id, "second_factor", at=NOON, most=2)
    desk.clock.advance(7 * DAY)
    assert await reminders.remind() == 1
    assert any("at your next sign-in" in one.text for one in await desk.notices(bob))


async def test_without_a_day_nobody_is_reminded(desk: Desk) -> None:
    """Everybody is asked at their next sign-in anyway, or nobody is."""
    await desk.add("bob")
    assert await _reminders(desk, SignInSettings()).remind() == 0


async def test_a_day_for_a_group(desk: Desk) -> None:
    """Others owe nothing."""
    staff = SOON.model_copy(update={"required_groups": ("staff",)})
    bob, eve = await desk.add("bob"), await desk.add("eve")
    async with desk.store.work() as unit:
        await unit.memberships.join(bob.user.id, "staff", at=NOON, by="cli")
    duties = {row.user.name: row.duty for row in await _coverage(desk, staff).page()}
    assert duties == {"bob": Duty.SOON, "eve": Duty.FREE}
    assert await _reminders(desk, staff).remind() == 1
    assert await desk.notices(eve) == []
