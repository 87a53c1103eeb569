"""What a recovery leaves behind."""

from tests.services.desk import CALLER, Desk
from tests.store.records import recovery

from twogate.rules.signin.notices import NoticeKind
from twogate.services.recovery_record import RecoveryRecord
from twogate.terms.dispatch import Channel
from twogate.terms.events import Event
from twogate.terms.letter import Letter


async def test_a_secret_goes_into_the_letter_only(desk: Desk) -> None:
    """The notice in the portal has its own words; both are one notice, which is sent when the letter is."""
    record, alice = RecoveryRecord(desk.clock, desk.entropy), await desk.add(email="alice@example.com")
    letter = Letter("alice@example.com", "Subject", "Secret: tg_rs_x")
    async with desk.store.work() as unit:
        await record.tell_by_letter(
            unit, alice.user, NoticeKind.RECOVERY_READY, letter=letter, what="x", caller=CALLER, life=60
        )
        (waiting,) = await unit.dispatches.take(desk.clock.now(), lease=1)
    (notice,) = await desk.notices(alice)
    assert "tg_rs_x" not in notice.text
    assert waiting.dispatch.channel is Channel.EMAIL
    assert waiting.dispatch.to == "alice@example.com"
    assert (waiting.dispatch.facts["text"], waiting.dispatch.facts["notice"]) == (letter.text, notice.id)


async def test_without_an_address_the_portal_tells(desk: Desk) -> None:
    """No letter is put into the outbox for nobody."""
    record, alice = RecoveryRecord(desk.clock, desk.entropy), await desk.add()
    letter = Letter("", "Subject", "Secret: tg_rs_x")
    async with desk.store.work() as unit:
        await record.tell_by_letter(
            unit, alice.user, NoticeKind.RECOVERY_READY, letter=letter, what="x", caller=CALLER, life=60
        )
        assert all(
            "tg_rs_x" not in str(one.dispatch.facts) for one in await unit.dispatches.take(desk.clock.now(), lease=1)
        )
    assert len(await desk.notices(alice)) == 1


async def test_the_audit_knows_the_whole_story(desk: Desk) -> None:
    """Which way, what was lost, who asked and who agreed; what is empty is left out."""
    record, alice = RecoveryRecord(desk.clock, desk.entropy), await desk.add()
    story = recovery(user=alice.user.id, reason="said so", requested_by="usr_bob")
    async with desk.store.work() as unit:
        await record.note(unit, Event.USER_RECOVERY_USED, story, actor="usr_eve", caller=CALLER)
    (row,) = await desk.audit(Event.USER_RECOVERY_USED)
    assert (row.actor, row.subject, row.address) == ("usr_eve", alice.user.id, CALLER.address)
    assert row.facts == {
        "recovery": story.id,
        "way": "time_lock",
        "lost": "factors",
        "requested_by": "usr_bob",
        "reason": "said so",
    }
