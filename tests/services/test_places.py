"""From where and when somebody signs in: conditions before anything else, facts after everything."""

from dataclasses import replace

import pytest
from tests.services.desk import CALLER, WRONG, Desk, finished, refusal
from tests.services.map_of_tests import BERLIN, GARBAGE, IN_BERLIN, IN_SYDNEY, SYDNEY, UNKNOWN, at_places

from twogate.rules.assurance.level import Level
from twogate.rules.risk.facts import RiskFact
from twogate.rules.signin.event import PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.screens import Ask, Ended
from twogate.settings.places import GroupSettings, PlaceSettings
from twogate.settings.risk import RiskSettings, StrongerLevel, Wish
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.place import NOWHERE, Sighting
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

GERMANY = PlaceSettings(countries=("DE",))
STEP_UP = RiskSettings(impossible_travel=Wish.STEP_UP)
DENY = RiskSettings(impossible_travel=Wish.DENY)


@pytest.mark.parametrize(
    ("caller", "reason"),
    [(IN_SYDNEY, Reason.PLACE_REFUSED), (UNKNOWN, Reason.PLACE_UNKNOWN), (GARBAGE, Reason.PLACE_UNKNOWN)],
)
async def test_case_11_nobody_signs_in_from_elsewhere_or_nowhere(desk: Desk, caller: Caller, reason: Reason) -> None:
    """An address that cannot be read or that nobody knows is refused where a condition asks for it."""
    here = at_places(desk, places=GERMANY)
    ended = await here.begin(caller=caller)
    assert isinstance(ended, Ended)
    assert ended.refused.reason is reason
    assert await desk.audit(Event.USER_SIGN_IN_REFUSED) == []  # a crawler does not fill what is kept for ever
    asked = await here.begin(caller=IN_BERLIN)
    assert isinstance(asked, Ask)
    assert refusal(await here.sign_in.advance(asked.handle, PasswordGiven("x", WRONG), caller)).reason is reason
    (row,) = await desk.audit(Event.USER_SIGN_IN_REFUSED)
    assert row.facts["reason"] == reason.value
    assert row.facts["detail"]


async def test_what_is_refused_says_nothing_about_an_account(desk: Desk) -> None:
    """A known name and an unknown one, a right password and a wrong one: one answer, and no try is counted."""
    alice, here = await desk.alice(), at_places(desk, places=GERMANY)
    answers = []
    for name, password in (("alice", alice.password), ("alice", WRONG), ("nobody", WRONG)):
        asked = await here.begin(caller=IN_BERLIN)
        assert isinstance(asked, Ask)
        answers.append(await here.sign_in.advance(asked.handle, PasswordGiven(name, password), IN_SYDNEY))
    assert len({repr(answer) for answer in answers}) == 1
    assert refusal(answers[0]).reason is Reason.PLACE_REFUSED
    async with desk.store.read() as unit:
        assert await unit.budgets.peek(f"password:{alice.user.id}") is None


async def test_the_hours_of_everybody_are_asked_first(desk: Desk) -> None:
    """Noon on a Tuesday."""
    closed = at_places(desk, places=PlaceSettings(hours=("Mon-Sun 00:00-06:00 UTC",)))
    assert refusal(await closed.begin()).reason is Reason.SIGN_IN_CLOSED
    opened = at_places(desk, places=PlaceSettings(hours=("Tue 11:00-13:00 UTC", "Mon-Sun 00:00-06:00 UTC")))
    assert isinstance(await opened.begin(), Ask)


async def test_a_session_is_not_raised_from_elsewhere(desk: Desk) -> None:
    """A condition of sign-in holds for a step-up, too."""
    alice, here = await desk.alice(), at_places(desk, places=GERMANY)
    done = await here.signed_in(alice, caller=IN_BERLIN)
    barred = await here.begin(need=Need(Level.AAL2, 1), session=done.session, caller=IN_SYDNEY)
    assert refusal(barred).reason is Reason.PLACE_REFUSED


async def test_a_groups_hours_hold_once_its_member_has_proved_it(desk: Desk) -> None:
    """Whoever proves nothing learns nothing of groups; whoever is in none is not held to any."""
    night = GroupSettings(hours=("Mon-Sun 22:00-06:00 UTC",))
    here = at_places(desk, places=PlaceSettings(groups={"night": night}))
    alice, bob = await desk.alice(), await desk.alice("bob")
    async with desk.store.work() as unit:
        await unit.memberships.join(alice.user.id, "night", at=desk.clock.now(), by="test")
    assert refusal(await here.give_password(alice, WRONG)).reason is Reason.PASSWORD_WRONG
    half = await here.half(alice)
    desk.clock.advance(60)
    ended = await here.give_code(half, alice.code(desk))
    assert isinstance(ended, Ended)
    assert ended.refused.reason is Reason.SIGN_IN_CLOSED
    await here.signed_in(bob)
    desk.clock.advance(12 * 3600)
    await here.signed_in(alice)


async def test_a_devices_claim_can_only_keep_it_out(desk: Desk) -> None:
    """Inside the area it changes nothing, outside it ends the sign-in; the address's conditions hold all the same."""
    alice = await desk.alice()
    here = at_places(desk, places=PlaceSettings(countries=("DE",), areas=("52.52,13.40,50",)))
    inside, outside = (replace(IN_BERLIN, position=text) for text in ("52.5,13.4,30", "-33.9,151.2,30"))
    await here.signed_in(alice, caller=inside)
    desk.clock.advance(60)
    half = await here.half(alice, caller=outside)
    assert refusal(await here.give_code(half, alice.code(desk), caller=outside)).reason is Reason.PLACE_REFUSED
    claimed = await here.begin(caller=replace(IN_SYDNEY, position="52.5,13.4,30"))
    assert refusal(claimed).reason is Reason.PLACE_REFUSED


async def test_a_sign_in_is_remembered_with_its_place(desk: Desk) -> None:
    """For the list of sessions and for the next comparison; forgotten after ninety days."""
    alice, here = await desk.alice(), at_places(desk)
    first = await here.signed_in(alice, caller=IN_BERLIN)
    second = await here.signed_in(alice, caller=UNKNOWN)
    async with desk.store.read() as unit:
        newest, older = await unit.places.of_user(alice.user.id)
    assert (older.session, older.place, older.address) == (first.session.id, BERLIN, "203.0.113.7")
    assert (newest.session, newest.place, newest.facts) == (second.session.id, NOWHERE, ("new_device",))


async def test_an_impossible_journey_is_told_and_bars_nobody(desk: Desk) -> None:
    """By default: a fact in the audit log, a notice to the owner, the same assurance as ever."""
    alice, here = await desk.alice(), at_places(desk)
    usual = await here.signed_in(alice, caller=IN_BERLIN)
    odd = await here.signed_in(alice, caller=IN_SYDNEY)
    assert odd.assurance == replace(usual.assurance, auth_time=odd.assurance.auth_time)
    rows = await desk.audit(Event.USER_SIGN_IN_UNUSUAL)
    facts = next(row.facts for row in rows if RiskFact.IMPOSSIBLE_TRAVEL.value in row.facts)
    assert facts["impossible_travel"].startswith("Berlin DE -> Sydney AU: 160")
    assert facts["new_country"] == "AU, not one of DE"
    (notice,) = [one for one in await desk.notices(alice) if "unusual place" in one.subject]
    assert "Sydney, AU" in notice.text
    async with desk.store.read() as unit:
        assert "impossible_travel" in (await unit.places.of_user(alice.user.id))[0].facts


async def test_a_journey_may_ask_for_more_and_bars_whoever_has_no_more(desk: Desk) -> None:
    """Two factors were shown already: that is enough for aal2; a passkey that alice does not have is out of reach."""
    alice = await desk.alice()
    enough = at_places(desk, risk=STEP_UP)
    await enough.signed_in(alice, caller=IN_BERLIN)
    await enough.signed_in(alice, caller=IN_SYDNEY)
    stronger = at_places(desk, risk=RiskSettings(impossible_travel=Wish.STEP_UP, step_up_to=StrongerLevel.PHR))
    half = await stronger.half(alice, caller=IN_BERLIN)
    desk.clock.advance(60)
    ended = await stronger.give_code(half, alice.code(desk), caller=IN_BERLIN)
    assert isinstance(ended, Ended)
    assert ended.refused.reason is Reason.RISK_REFUSED


async def test_a_journey_may_ask_for_a_second_factor_where_one_was_enough(desk: Desk) -> None:
    """With `when_needed` a password opens a session at home; from the other end of the world it does not."""
    alice = await desk.alice()
    here = at_places(desk, risk=STEP_UP)
    here.settings = here.settings.model_copy(update={"second_factor": "when_needed"})
    here.__post_init__()
    home = finished(await here.give_password(alice, caller=IN_BERLIN))
    assert home.assurance.level is Level.AAL1
    asked = await here.give_password(alice, caller=IN_SYDNEY)
    assert isinstance(asked, Ask)
    assert asked.factors[0].factor == "totp"
    desk.clock.advance(60)
    assert finished(await here.give_code(asked, alice.code(desk), caller=IN_SYDNEY)).assurance.level is Level.AAL2


async def test_a_journey_may_be_denied_and_its_owner_hears_of_it(desk: Desk) -> None:
    """Whoever has all proofs of somebody else does not get in, and the somebody is told."""
    alice, here = await desk.alice(), at_places(desk, risk=DENY)
    await here.signed_in(alice, caller=IN_BERLIN)
    desk.clock.advance(60)
    half = await here.half(alice, caller=IN_SYDNEY)
    ended = await here.give_code(half, alice.code(desk), caller=IN_SYDNEY)
    assert isinstance(ended, Ended)
    assert ended.refused.reason is Reason.RISK_REFUSED
    assert [row.facts["reason"] for row in await desk.audit(Event.USER_SIGN_IN_REFUSED)] == ["risk_refused"]
    assert any("unusual place" in one.subject for one in await desk.notices(alice))
    async with desk.store.read() as unit:
        assert len(await unit.sessions.of_user(alice.user.id)) == 2
        assert [one.place for one in await unit.places.of_user(alice.user.id)] == [BERLIN]
    desk.clock.advance(24 * 3600)
    await here.signed_in(alice, caller=IN_SYDNEY)


async def test_a_known_device_at_home_is_nothing_unusual(desk: Desk) -> None:
    """No fact, no event, no notice."""
    alice, here = await desk.alice(), at_places(desk)
    known = replace(await here.known(alice), address="203.0.113.7")
    before = len(await desk.audit(Event.USER_SIGN_IN_UNUSUAL))
    await here.signed_in(alice, caller=known)
    assert len(await desk.audit(Event.USER_SIGN_IN_UNUSUAL)) == before


async def test_a_step_up_from_the_other_end_of_the_world_is_a_journey(desk: Desk) -> None:
    """A stolen session travels, too; its device is the session's own."""
    alice, here = await desk.alice(), at_places(desk, risk=DENY)
    done = await here.signed_in(alice, caller=IN_BERLIN)
    desk.clock.advance(301)
    asked = await here.begin(need=Need(Level.AAL2, 300), session=done.session, caller=IN_SYDNEY)
    assert isinstance(asked, Ask)
    half = await here.sign_in.advance(asked.handle, PasswordGiven("", Secret(alice.password.text())), IN_SYDNEY)
    ended = await here.give_code(half, alice.code(desk), caller=IN_SYDNEY)
    assert isinstance(ended, Ended)
    assert ended.refused.reason is Reason.RISK_REFUSED
    assert SYDNEY.country not in [one.place.country for one in await _seen(desk, alice.user.id)]


async def _seen(desk: Desk, user: UserId) -> list[Sighting]:
    async with desk.store.read() as unit:
        return list(await unit.places.of_user(user))


async def test_without_the_hook_nothing_is_asked_or_remembered(desk: Desk) -> None:
    """Tools that sign in on a database of their own need no map."""
    alice = await desk.alice()
    await desk.signed_in(alice, caller=CALLER)
    assert await _seen(desk, alice.user.id) == []


@pytest.mark.parametrize(
    ("caller", "reason"),
    [(IN_SYDNEY, Reason.PLACE_REFUSED), (UNKNOWN, Reason.PLACE_UNKNOWN), (GARBAGE, Reason.PLACE_UNKNOWN)],
)
async def test_a_session_goes_on_only_where_its_owner_might_sign_in(desk: Desk, caller: Caller, reason: Reason) -> None:
    """A cookie carried elsewhere renews nothing, is not used by it, and goes on where it may."""
    alice, here = await desk.alice(), at_places(desk, places=GERMANY)
    done = await here.signed_in(alice, caller=IN_BERLIN)
    desk.clock.advance(60)
    barred = await here.sessions.renew(done.session_secret, caller)
    assert isinstance(barred, Refused)
    assert barred.reason is reason
    assert await here.sessions.by_secret(done.session_secret, used_from=caller.address) == barred
    untouched = await here.sessions.by_secret(done.session_secret)
    assert isinstance(untouched, Session)
    assert untouched.last_used == done.session.last_used
    assert isinstance(await here.sessions.renew(done.session_secret, IN_BERLIN), Session)


async def test_a_session_does_not_go_on_outside_the_hours(desk: Desk) -> None:
    """Those of everybody, and those of a group its owner is in."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    day = GroupSettings(hours=("Mon-Sun 11:00-12:30 UTC",))
    here = at_places(desk, places=PlaceSettings(hours=("Mon-Sun 08:00-13:00 UTC",), groups={"day": day}))
    async with desk.store.work() as unit:
        await unit.memberships.join(alice.user.id, "day", at=desk.clock.now(), by="test")
    of_alice, of_bob = await here.signed_in(alice), await here.signed_in(bob)
    for minutes, may in ((20, (True, True)), (20, (False, True)), (30, (False, False))):
        desk.clock.advance(minutes * 60)
        renewed = [await here.sessions.renew(one.session_secret, CALLER) for one in (of_alice, of_bob)]
        assert tuple(isinstance(one, Session) for one in renewed) == may
        assert all(one == Refused(Reason.SIGN_IN_CLOSED, one.detail) for one in renewed if isinstance(one, Refused))
