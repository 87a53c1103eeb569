"""The end of every step: a step counts once, whoever comes second has done nothing."""

import asyncio

import pyotp
import pytest
from tests.services.desk import CALLER, Desk, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import CodesSaved, EnrolmentConfirmed, PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services import sign_in_settle
from twogate.services.screens import Ask, AskEnrolment, Ended, Finished, ShowRecoveryCodes
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret


async def test_two_confirmations_at_once_set_up_one_factor(desk: Desk) -> None:
    """The second one is rolled back as a whole: no second credential, no second sheet of codes."""
    bob = await desk.add("bob")
    asked = await desk.give_password(bob)
    assert isinstance(asked, AskEnrolment)
    bob.app = pyotp.parse_uri(asked.offer.uri)
    event = EnrolmentConfirmed(bob.code(desk))
    screens = await asyncio.gather(*(desk.sign_in.advance(asked.handle, event, CALLER) for _ in range(5)))
    assert [type(one) for one in screens].count(ShowRecoveryCodes) == 1
    assert [type(one) for one in screens].count(Ended) == 4
    async with desk.store.read() as unit:
        mine = await unit.credentials.of_user(bob.user.id)
    assert sorted(one.factor for one in mine) == ["password", "recovery_code", "totp"]


async def test_two_flows_that_set_up_a_first_factor_race(desk: Desk) -> None:
    """The one that comes second is asked for the factor that the other has set up: a thief does not get in."""
    bob = await desk.add("bob")
    offers = [await desk.give_password(bob) for _ in range(2)]
    apps = [pyotp.parse_uri(offer.offer.uri) for offer in offers if isinstance(offer, AskEnrolment)]
    now = desk.clock.now().seconds
    screens = await asyncio.gather(
        *(
            desk.sign_in.advance(offer.handle, EnrolmentConfirmed(Secret(app.at(now))), CALLER)  # type: ignore[union-attr]
            for offer, app in zip(offers, apps, strict=True)
        ),
    )
    assert sorted(type(one).__name__ for one in screens) == ["Ask", "ShowRecoveryCodes"]


async def test_the_end_is_reached_once(desk: Desk) -> None:
    """Ten times at once: one session."""
    bob = await desk.add("bob")
    asked = await desk.give_password(bob)
    assert isinstance(asked, AskEnrolment)
    bob.app = pyotp.parse_uri(asked.offer.uri)
    shown = await desk.sign_in.advance(asked.handle, EnrolmentConfirmed(bob.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    screens = await asyncio.gather(*(desk.sign_in.advance(shown.handle, CodesSaved(), CALLER) for _ in range(10)))
    assert [type(one) for one in screens].count(Finished) == 1
    assert len(await desk.sessions.of_user(bob.user.id)) == 1


async def test_two_step_ups_of_one_session_race(desk: Desk) -> None:
    """Both may finish one after the other, but a cookie that was replaced is dead; at once, one wins."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    desk.clock.advance(301)
    halves = []
    for _ in range(2):
        asked = await desk.begin(need=Need(Level.AAL2, 300), session=done.session)
        assert isinstance(asked, Ask)
        halves.append(await desk.sign_in.advance(asked.handle, PasswordGiven("", alice.password), CALLER))
    first = await desk.give_code(halves[0], alice.code(desk))
    second = await desk.give_code(halves[1], alice.code(desk, steps=1))
    assert isinstance(first, Finished)
    assert isinstance(second, Finished)
    secrets = [one.signed_in.session_secret for one in (first, second)]
    assert secrets[0] is not None
    assert secrets[1] is not None
    assert refusal(await desk.sessions.by_secret(secrets[0])).reason is Reason.SESSION_ENDED
    assert await desk.sessions.by_secret(secrets[1]) == second.signed_in.session


async def test_a_program_that_keeps_no_cookie_leaves_no_devices_without_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its sign-ins is a new device; the account keeps the last ones, and the one that is in use."""
    monkeypatch.setattr(sign_in_settle, "MOST_DEVICES", 2)
    alice = await desk.alice()
    browser = await desk.known(alice)
    for _ in range(3):
        await desk.signed_in(alice)
        await desk.signed_in(alice, caller=browser)
    async with desk.store.read() as unit:
        kept = [one.id for one in await unit.devices.of_user(alice.user.id)]
    assert len(kept) == 2
    assert browser.device in kept
