"""The way back that people ask for themselves."""

import asyncio

import pyotp
import pytest
from tests.services.desk import CALLER, PASSWORD, STRANGER, WRONG, Desk, finished, refusal
from tests.services.recovering import SITE, WAIT, Rescue, stop_in

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import CodesSaved, EnrolmentConfirmed, EnrolmentPutOff
from twogate.services.recovery import Wait
from twogate.services.screens import Ask, AskEnrolment, Ended, ShowRecoveryCodes
from twogate.settings.recovery import RecoverySettings
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Stage
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

NEW = Secret("a-quite-different-lantern")
PASS = "recovery_pass"


@pytest.fixture
def rescue(desk: Desk) -> Rescue:
    return Rescue(desk, RecoverySettings())


async def test_the_owner_is_told_at_once_on_every_channel(rescue: Rescue) -> None:
    """In the portal and by mail, where the link that stops it is; nothing opens before its time."""
    alice = await rescue.desk.alice()
    await rescue.asked(alice)
    (letter,) = await rescue.letters()
    assert stop_in(letter).text() in letter
    assert f"{SITE}/" in letter
    told = await rescue.desk.notices(alice)
    assert any("asked to recover" in one.subject for one in told)
    assert all(stop_in(letter).text() not in one.text for one in told)
    rescue.desk.clock.advance(WAIT - 1)
    await rescue.account.tick()
    assert await rescue.letters() == []
    (asked,) = await rescue.desk.audit(Event.USER_RECOVERY_ASKED)
    assert asked.subject == alice.user.id


async def test_a_recovery_ends_in_a_new_factor(rescue: Rescue) -> None:
    """Password, then the pass in place of the lost app, then a new app: AAL1 until it is set up, AAL2 afterwards."""
    desk, alice = rescue.desk, await rescue.desk.alice()
    secret = await rescue.secret(alice)
    asked = await desk.half(alice)
    assert PASS in {choice.factor for choice in asked.factors}
    offered = await desk.give_code(asked, secret, factor=PASS)
    assert isinstance(offered, AskEnrolment)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    done = finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER))
    assert done.assurance.level is Level.AAL2
    (used,) = await desk.audit(Event.USER_RECOVERY_USED)
    assert used.subject == alice.user.id
    assert await desk.audit(Event.USER_RECOVERY_CANCELLED) == []


async def test_recovery_never_yields_more_than_aal1(rescue: Rescue) -> None:
    """Whoever puts the new factor off is signed in at AAL1 and stays there (NIST SP 800-63B-4, 4.2)."""
    alice = await rescue.desk.alice()
    secret = await rescue.secret(alice)
    offered = await rescue.desk.give_code(await rescue.desk.half(alice), secret, factor=PASS)
    done = finished(await rescue.desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER))  # type: ignore[union-attr]
    assert done.assurance.level is Level.AAL1
    assert done.assurance.factors == 1


async def test_the_pass_works_once(rescue: Rescue) -> None:
    """Ten at once, each after the right password: one gets on, and afterwards nobody does."""
    desk, alice = rescue.desk, await rescue.desk.alice()
    secret = await rescue.secret(alice)
    halves = [await desk.half(alice) for _ in range(6)]
    screens = await asyncio.gather(*(desk.give_code(half, secret, factor=PASS) for half in halves))
    assert sum(isinstance(one, AskEnrolment) for one in screens) == 1
    late = await desk.half(alice)
    assert PASS not in {choice.factor for choice in late.factors}


async def test_the_pass_alone_opens_nothing(rescue: Rescue) -> None:
    """Without the password it is asked for nowhere, and a wrong password does not lead to it."""
    alice = await rescue.desk.alice()
    secret = await rescue.secret(alice)
    first = await rescue.desk.begin()
    assert refusal(await rescue.desk.give_code(first, secret, factor=PASS)).reason is Reason.STEP_OUT_OF_ORDER
    assert refusal(await rescue.desk.give_password(alice, WRONG)).reason is Reason.PASSWORD_WRONG


async def test_the_link_in_the_letter_stops_it(rescue: Rescue) -> None:
    """Once; afterwards it is over and the owner is told so."""
    alice = await rescue.desk.alice()
    await rescue.asked(alice)
    (letter,) = await rescue.letters()
    assert isinstance(await rescue.account.stop_by_link(stop_in(letter), STRANGER), Passed)
    again = await rescue.account.stop_by_link(stop_in(letter), STRANGER)
    assert isinstance(again, Refused)
    assert again.reason is Reason.RECOVERY_OVER
    unknown = await rescue.account.stop_by_link(Secret("tg_rc_nonsense"), STRANGER)
    assert isinstance(unknown, Refused)
    assert unknown.reason is Reason.RECOVERY_UNKNOWN
    rescue.desk.clock.advance(WAIT)
    await rescue.account.tick()
    assert await rescue.letters() == []
    assert any("was stopped" in one.subject for one in await rescue.desk.notices(alice))


async def test_a_signed_in_device_stops_it(rescue: Rescue) -> None:
    """Whoever is signed in need only press a button; a pass that is out is worth nothing then."""
    alice = await rescue.desk.alice()
    secret = await rescue.secret(alice)
    assert isinstance(await rescue.account.stop(alice.user.id, actor=alice.user.id, caller=CALLER), Passed)
    assert await rescue.account.open_of(alice.user.id) is None
    half = await rescue.desk.half(alice)
    assert refusal(await rescue.desk.give_code(half, secret, factor=PASS)).reason is Reason.FACTOR_NOT_OFFERED


async def test_signing_in_stops_it(rescue: Rescue) -> None:
    """The owner who does nothing but what they always do is safe."""
    alice = await rescue.desk.alice()
    await rescue.secret(alice)
    await rescue.desk.signed_in(alice)
    assert await rescue.account.open_of(alice.user.id) is None
    (stopped,) = await rescue.desk.audit(Event.USER_RECOVERY_CANCELLED)
    assert stopped.actor == alice.user.id


async def test_stop_against_finish(rescue: Rescue) -> None:
    """At the same moment: either the pass was used and nothing is stopped, or it is stopped and worth nothing."""
    desk = rescue.desk
    for name in ("ann", "bea", "cleo"):
        person = await desk.alice(name)
        secret = await rescue.secret(person)
        half = await desk.half(person)
        screen, stopped = await asyncio.gather(
            desk.give_code(half, secret, factor=PASS),
            rescue.account.stop(person.user.id, actor=person.user.id, caller=CALLER),
        )
        assert isinstance(screen, AskEnrolment) is isinstance(stopped, Refused)


async def test_a_new_password_never_touches_factors(rescue: Rescue) -> None:
    """The secret sets a password; the app is asked for as before, sessions have ended, the old password is dead."""
    desk, alice = rescue.desk, await rescue.desk.alice()
    open_session = await desk.signed_in(alice)
    async with desk.store.read() as unit:
        before = [one for one in await unit.credentials.of_user(alice.user.id) if one.factor != "password"]
    secret = await rescue.secret(alice, Lost.PASSWORD)
    done = await rescue.account.new_password(secret, NEW, CALLER)
    assert isinstance(done, Passed)
    async with desk.store.read() as unit:
        after = [one for one in await unit.credentials.of_user(alice.user.id) if one.factor != "password"]
    assert after == before
    assert open_session.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(open_session.session_secret), Refused)
    assert refusal(await desk.give_password(alice, PASSWORD)).reason is Reason.PASSWORD_WRONG
    alice.password = NEW
    asked = await desk.half(alice)
    assert PASS not in {choice.factor for choice in asked.factors}


async def test_the_secret_for_a_password_works_once(rescue: Rescue) -> None:
    """Six at once: one password is set. A password that may not be one uses nothing up."""
    alice = await rescue.desk.alice()
    secret = await rescue.secret(alice, Lost.PASSWORD)
    weak = await rescue.account.new_password(secret, Secret("password"), CALLER)
    assert isinstance(weak, Refused)
    assert weak.reason is Reason.PASSWORD_COMMON
    tried = await asyncio.gather(
        *(rescue.account.new_password(secret, Secret(f"lantern-orbit-plum-{at}"), CALLER) for at in range(6))
    )
    assert sum(isinstance(one, Passed) for one in tried) == 1
    assert {one.reason for one in tried if isinstance(one, Refused)} == {Reason.RECOVERY_UNKNOWN}


async def test_a_secret_for_one_thing_is_worth_nothing_for_the_other(rescue: Rescue) -> None:
    """The pass sets no password, the password's secret is no pass, and the stop link is neither."""
    ann, bea = await rescue.desk.alice("ann"), await rescue.desk.alice("bea")
    await rescue.asked(ann)
    (letter,) = await rescue.letters()
    stop = stop_in(letter)
    rescue.desk.clock.advance(WAIT)
    await rescue.account.tick()
    await rescue.letters()
    for secret in (stop, await rescue.secret(bea)):
        assert isinstance(await rescue.account.new_password(secret, NEW, CALLER), Refused)
    assert isinstance(await rescue.account.stop_by_link(await _password_secret(rescue), CALLER), Refused)


async def _password_secret(rescue: Rescue) -> Secret:
    return await rescue.secret(await rescue.desk.alice("cleo"), Lost.PASSWORD)


async def test_a_secret_that_came_too_late(rescue: Rescue) -> None:
    """After its life the pass is gone, and so is the recovery."""
    alice = await rescue.desk.alice()
    secret = await rescue.secret(alice)
    rescue.desk.clock.advance(rescue.settings.life)
    await rescue.account.tick()
    half = await rescue.desk.half(alice)
    assert refusal(await rescue.desk.give_code(half, secret, factor=PASS)).reason is Reason.FACTOR_NOT_OFFERED
    assert len(await rescue.desk.audit(Event.USER_RECOVERY_LAPSED)) == 1


async def test_a_pass_used_in_a_sign_in_that_was_left(rescue: Rescue) -> None:
    """The clock notes that it was used; an hour later its row is gone."""
    desk, alice = rescue.desk, await rescue.desk.alice()
    secret = await rescue.secret(alice)
    assert isinstance(await desk.give_code(await desk.half(alice), secret, factor=PASS), AskEnrolment)
    await rescue.account.tick()
    async with desk.store.read() as unit:
        (recovery,) = await unit.recoveries.of_user(alice.user.id, since=desk.clock.now().plus(-1))
        assert recovery.stage is Stage.USED
        assert await unit.credentials.get(recovery.pass_id) is not None
    desk.clock.advance(3_601)
    await rescue.account.tick()
    async with desk.store.read() as unit:
        assert await unit.credentials.get(recovery.pass_id) is None


async def test_nothing_depends_on_whether_the_name_exists(rescue: Rescue) -> None:
    """At the door both leave the same kind of row; afterwards one opens a recovery and the other an audit line."""
    await rescue.desk.alice()
    for name in ("alice", "nobody-here"):
        assert await rescue.account.ask(name, Lost.FACTORS, CALLER) is None
    assert await rescue.letters() == []
    await rescue.account.tick()
    assert len(await rescue.letters()) == 1
    (refused,) = await rescue.desk.audit(Event.USER_RECOVERY_REFUSED)
    assert refused.subject.startswith("unknown:")
    assert "nobody-here" not in repr(refused)


async def test_asking_often_waits(desk: Desk) -> None:
    """One address may ask so often, whatever names it asks for; another address is not held up."""
    rescue = Rescue(desk, RecoverySettings(asks=3, asks_wait=60))
    for name in ("a1", "a2", "a3"):
        assert await rescue.account.ask(name, Lost.FACTORS, CALLER) is None
    told = await rescue.account.ask("a4", Lost.FACTORS, CALLER)
    assert isinstance(told, Wait)
    assert (told.refused.reason, told.retry_after) == (Reason.TOO_OFTEN, 60)
    assert await rescue.account.ask("a5", Lost.FACTORS, STRANGER) is None
    desk.clock.advance(60)
    assert await rescue.account.ask("a6", Lost.FACTORS, CALLER) is None


@pytest.mark.parametrize("again", [Lost.FACTORS, Lost.PASSWORD])
async def test_one_at_a_time(rescue: Rescue, again: Lost) -> None:
    """Asking again while one is open sends nothing more and does not begin anew."""
    alice = await rescue.desk.alice()
    await rescue.asked(alice)
    first = await rescue.account.open_of(alice.user.id)
    await rescue.letters()
    rescue.desk.clock.advance(60)
    await rescue.asked(alice, again)
    assert await rescue.letters() == []
    assert await rescue.account.open_of(alice.user.id) == first


async def test_who_cannot_be_recovered_is_told_once_a_day(rescue: Rescue) -> None:
    """No mail address: nothing begins; its owner reads so in the portal, and not a hundred times."""
    carol = await rescue.desk.add("carol")
    for _ in range(3):
        await rescue.asked(carol)
    assert await rescue.letters() == []
    assert len(await rescue.desk.notices(carol)) == 1
    assert len(await rescue.desk.audit(Event.USER_RECOVERY_REFUSED)) == 3


async def test_it_can_be_switched_off(desk: Desk) -> None:
    """Then only the help desk recovers accounts."""
    rescue = Rescue(desk, RecoverySettings(self_service=False))
    told = await rescue.account.ask("alice", Lost.FACTORS, CALLER)
    assert isinstance(told, Refused)
    assert told.reason is Reason.NOT_SUPPORTED


async def test_a_blocked_account_stays_blocked(rescue: Rescue) -> None:
    """Whoever is blocked meanwhile sets no password by a secret that is out."""
    alice = await rescue.desk.alice()
    secret = await rescue.secret(alice, Lost.PASSWORD)
    await rescue.desk.people.block(alice.user.id, actor="cli:test")
    assert isinstance(await rescue.account.new_password(secret, NEW, CALLER), Refused)


async def test_a_name_that_cannot_be_one_is_refused(rescue: Rescue) -> None:
    """Nobody has it, so saying so tells nothing."""
    told = await rescue.account.ask("two words", Lost.FACTORS, CALLER)
    assert isinstance(told, Refused)
    assert told.reason is Reason.INPUT_MALFORMED
    assert not isinstance(await rescue.desk.begin(), Ended)
    assert isinstance(await rescue.desk.begin(), Ask)


async def test_a_pass_used_in_the_last_second(rescue: Rescue) -> None:
    """Used in time and noted too late is used, not lapsed: the sign-in under way keeps its proof."""
    desk, alice = rescue.desk, await rescue.desk.alice()
    secret = await rescue.secret(alice)
    half = await desk.half(alice)
    desk.clock.advance(100)
    assert isinstance(await desk.give_code(half, secret, factor=PASS), AskEnrolment)
    desk.clock.advance(rescue.settings.life)
    await rescue.account.tick()
    assert await desk.audit(Event.USER_RECOVERY_LAPSED) == []
    assert len(await desk.audit(Event.USER_RECOVERY_USED)) == 1
