"""The way back that the help desk opens: it takes two."""

import asyncio
from dataclasses import replace

import pytest
from tests.services.desk import CALLER, Desk, Person, finished, refusal
from tests.services.recovering import WHY, Rescue, stop_in

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import EnrolmentPutOff
from twogate.services.help_desk import Approval
from twogate.services.screens import Ask, AskEnrolment
from twogate.settings.recovery import RecoverySettings
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId
from twogate.terms.reasons import Reason
from twogate.terms.recovery import Lost, Recovery, Stage
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

PASS = "recovery_pass"
DESK = Caller("192.0.2.50", "Firefox", "rid-9")


@pytest.fixture
def rescue(desk: Desk) -> Rescue:
    return Rescue(desk, RecoverySettings())


async def _request(rescue: Rescue, person: Person, by: Person, lost: Lost = Lost.FACTORS, **other: object) -> Recovery:
    done = await rescue.help.request(person.user.name, lost, reason=WHY, by=by.user.id, caller=DESK, **other)  # type: ignore[arg-type]
    assert isinstance(done, Passed), done
    return done.value


async def _approve(rescue: Rescue, recovery: Recovery, by: Person) -> Approval:
    done = await rescue.help.approve(recovery.id, by=by.user.id, caller=DESK)
    assert isinstance(done, Passed), done
    return done.value


async def _two(rescue: Rescue) -> tuple[Person, Person]:
    return await rescue.administrator("bob"), await rescue.administrator("eve")


def _reason(answer: object) -> Reason:
    assert isinstance(answer, Refused), answer
    return answer.reason


async def test_two_administrators_open_the_way_back(rescue: Rescue) -> None:
    """What was lost is off at once, sessions end; the pass beside the password leads to a new factor."""
    desk, (bob, eve) = rescue.desk, await _two(rescue)
    alice = await desk.alice()
    session = await desk.signed_in(alice)
    recovery = await _request(rescue, alice, bob)
    done = await _approve(rescue, recovery, eve)
    assert done.secret is not None
    assert session.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(session.session_secret), Refused)
    asked = await desk.give_password(alice)
    assert isinstance(asked, Ask)
    assert {choice.factor for choice in asked.factors} == {PASS}
    offered = await desk.give_code(asked, done.secret, factor=PASS)
    assert isinstance(offered, AskEnrolment)
    signed_in = finished(await desk.sign_in.advance(offered.handle, EnrolmentPutOff(), CALLER))
    assert signed_in.assurance.level is Level.AAL1


async def test_every_step_is_in_the_audit(rescue: Rescue) -> None:
    """Who asked, why, and who agreed; the owner is told of both."""
    bob, eve = await _two(rescue)
    alice = await rescue.desk.alice()
    await _approve(rescue, await _request(rescue, alice, bob), eve)
    (asked,) = await rescue.desk.audit(Event.ADMIN_RECOVERY_REQUESTED)
    (approved,) = await rescue.desk.audit(Event.ADMIN_RECOVERY_APPROVED)
    assert (asked.actor, asked.subject, asked.facts["reason"]) == (bob.user.id, alice.user.id, WHY)
    assert (approved.actor, approved.facts["requested_by"]) == (eve.user.id, bob.user.id)
    told = [one.subject for one in await rescue.desk.notices(alice)]
    assert any("help desk was asked" in one for one in told)
    assert any("way back" in one for one in told)


async def test_one_administrator_is_not_enough(rescue: Rescue) -> None:
    """Whoever asked cannot agree, and the person themselves neither, administrator or not."""
    bob, eve = await _two(rescue)
    alice = await rescue.desk.alice()
    recovery = await _request(rescue, alice, bob)
    answer = await rescue.help.approve(recovery.id, by=bob.user.id, caller=DESK)
    assert _reason(answer) is Reason.SECOND_PERSON_REQUIRED
    own = await rescue.help.request("eve", Lost.PASSWORD, reason=WHY, by=eve.user.id, caller=DESK)
    assert _reason(own) is Reason.OWN_ACCOUNT
    theirs = await _request(rescue, eve, bob, Lost.PASSWORD)
    answer = await rescue.help.approve(theirs.id, by=eve.user.id, caller=DESK)
    assert _reason(answer) is Reason.OWN_ACCOUNT
    assert len(await rescue.desk.audit(Event.ADMIN_RECOVERY_REFUSED)) == 2


async def test_only_administrators(rescue: Rescue) -> None:
    """Anybody else, and an administrator who was blocked or left the group meanwhile, is refused and written down."""
    desk, (bob, eve) = rescue.desk, await _two(rescue)
    alice, mallory = await desk.alice(), await desk.add("mallory")
    for answer in (
        await rescue.help.request("alice", Lost.FACTORS, reason=WHY, by=mallory.user.id, caller=DESK),
        await rescue.help.open(by=mallory.user.id),
    ):
        assert _reason(answer) is Reason.PERMISSION_MISSING
    recovery = await _request(rescue, alice, bob)
    answer = await rescue.help.approve(recovery.id, by=mallory.user.id, caller=DESK)
    assert _reason(answer) is Reason.PERMISSION_MISSING
    await desk.people.block(bob.user.id, actor="cli:test")
    answer = await rescue.help.approve(recovery.id, by=eve.user.id, caller=DESK)
    assert _reason(answer) is Reason.PERMISSION_MISSING


async def test_two_who_agree_at_once(rescue: Rescue) -> None:
    """Of four approvals at one moment one counts: there is one secret."""
    bob, eve = await _two(rescue)
    alice = await rescue.desk.alice()
    recovery = await _request(rescue, alice, bob)
    others = [eve, *[await rescue.administrator(name) for name in ("ida", "joe", "kim")]]
    answers = await asyncio.gather(*(rescue.help.approve(recovery.id, by=one.user.id, caller=DESK) for one in others))
    assert sum(isinstance(one, Passed) for one in answers) == 1
    assert {one.reason for one in answers if isinstance(one, Refused)} == {Reason.RECOVERY_OVER}


async def test_a_request_lasts_a_day(rescue: Rescue) -> None:
    """Afterwards nobody can agree to it, and the next look at the clock closes it."""
    bob, eve = await _two(rescue)
    recovery = await _request(rescue, await rescue.desk.alice(), bob)
    rescue.desk.clock.advance(86_400)
    answer = await rescue.help.approve(recovery.id, by=eve.user.id, caller=DESK)
    assert _reason(answer) is Reason.RECOVERY_OVER
    await rescue.account.tick()
    listed = await rescue.help.open(by=eve.user.id)
    assert isinstance(listed, Passed)
    assert listed.value == []


async def test_what_was_not_lost_is_still_asked_for(rescue: Rescue) -> None:
    """With another factor left nothing stands in for it: no secret is made, that factor is used."""
    desk, (bob, eve) = rescue.desk, await _two(rescue)
    alice = await desk.alice()
    async with desk.store.read() as unit:
        (app,) = [one for one in await unit.credentials.of_user(alice.user.id) if one.factor == "totp"]
    unknown = await rescue.help.request(
        "alice", Lost.FACTORS, credentials=["crd_unknown"], reason=WHY, by=bob.user.id, caller=DESK
    )
    assert _reason(unknown) is Reason.NOT_FOUND
    async with desk.store.work() as unit:
        await unit.credentials.add(replace(app, id=CredentialId("crd_other")))
    done = await _approve(rescue, await _request(rescue, alice, bob, credentials=["crd_other"]), eve)
    assert done.secret is None
    assert done.recovery.stage is Stage.USED
    asked = await desk.give_password(alice)
    assert isinstance(asked, Ask)
    assert {choice.factor for choice in asked.factors} == {"totp", "recovery_code"}


async def test_a_password_reset_by_two(rescue: Rescue) -> None:
    """The person chooses the new password with the secret; no administrator does, and factors stay as they are."""
    desk, (bob, eve) = rescue.desk, await _two(rescue)
    alice = await desk.alice()
    done = await _approve(rescue, await _request(rescue, alice, bob, Lost.PASSWORD), eve)
    assert done.secret is not None
    chosen = Secret("lantern-of-her-own")
    assert isinstance(await rescue.account.new_password(done.secret, chosen, CALLER), Passed)
    alice.password = chosen
    asked = await desk.half(alice)
    assert finished(await desk.give_code(asked, alice.code(desk))).assurance.level is Level.AAL2


async def test_the_owner_objects(rescue: Rescue) -> None:
    """The link in the notice voids the secret and no more: a thief may read the mail on the phone that was lost."""
    desk, (bob, eve) = rescue.desk, await _two(rescue)
    alice = await desk.alice()
    recovery = await _request(rescue, alice, bob)
    (letter,) = [one for one in await rescue.letters() if "administrator" in one]
    done = await _approve(rescue, recovery, eve)
    assert done.secret is not None
    assert isinstance(await rescue.account.stop_by_link(stop_in(letter), CALLER), Passed)
    assert refusal(await desk.give_password(alice)).reason is Reason.LEVEL_UNREACHABLE
    assert not await _works(rescue, alice)


async def test_the_owner_objects_where_they_are_signed_in(rescue: Rescue) -> None:
    """Somebody with a session says that nothing is lost: what was reported works again."""
    desk, (bob, eve) = rescue.desk, await _two(rescue)
    alice = await desk.alice()
    await _approve(rescue, await _request(rescue, alice, bob), eve)
    assert not await _works(rescue, alice)
    stopped = await rescue.account.stop(alice.user.id, actor=alice.user.id, caller=CALLER)
    assert isinstance(stopped, Passed)
    assert await _works(rescue, alice)


async def _works(rescue: Rescue, person: Person) -> bool:
    """Whether a code of the app is still asked for."""
    screen = await rescue.desk.give_password(person)
    return isinstance(screen, Ask) and "totp" in [one.factor for one in screen.factors]


async def test_an_administrator_stops_one(rescue: Rescue) -> None:
    """Any of them may; a stranger may not."""
    bob, eve = await _two(rescue)
    recovery = await _request(rescue, await rescue.desk.alice(), bob)
    mallory = await rescue.desk.add("mallory")
    answer = await rescue.help.stop(recovery.id, by=mallory.user.id, caller=DESK)
    assert _reason(answer) is Reason.PERMISSION_MISSING
    assert isinstance(await rescue.help.stop(recovery.id, by=eve.user.id, caller=DESK), Passed)
    answer = await rescue.help.stop(recovery.id, by=eve.user.id, caller=DESK)
    assert _reason(answer) is Reason.RECOVERY_OVER
