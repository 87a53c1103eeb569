"""Notices: at once in the portal, by mail from the outbox, by SMS where there is a number; with a way back."""

from collections.abc import Sequence

import pytest
from tests.services.desk import CALLER, Desk, Person

from twogate.rules.factors.contract import Sends
from twogate.rules.signin.messages import Sender
from twogate.rules.signin.notices import UNDOES, NoticeKind
from twogate.services.deliver import Deliver
from twogate.services.notices import GIVE_UP_AFTER, UNDO_FOR, NoticesBySms, tell
from twogate.services.sending import put
from twogate.terms.account import Credential
from twogate.terms.dispatch import Channel, Dispatch, Fault, Waiting
from twogate.terms.events import Event
from twogate.terms.ids import CredentialId
from twogate.terms.secret import Secret
from twogate.terms.undo import NOTHING, Concerned, UndoKind

SENDER = Sender("Twogate", "https://api.example.com")
SENDS = Sends(3, 86_400, to_address=3, in_all=100)
ADDED = Concerned(added=CredentialId("crd_new"))


class FakeMail:
    """Takes what it is given, or says what is wrong."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.taken: list[Waiting] = []

    async def carry(self, waiting: Waiting) -> Fault | None:
        if self.fault is None:
            self.taken.append(waiting)
        return self.fault


async def _tell(
    desk: Desk, person: Person, kind: NoticeKind = NoticeKind.LOCKED, *, about: Concerned = NOTHING
) -> None:
    async with desk.store.work() as unit:
        now = desk.clock.now()
        what = "password"
        await tell(unit, person.user, kind, what=what, at=now, caller=CALLER, entropy=desk.entropy, about=about)


def _deliver(desk: Desk, mail: FakeMail | None, **other: object) -> Deliver:
    carriers = {Channel.EMAIL: mail} if mail else {}
    return Deliver(desk.store, desk.clock, carriers=carriers, sender=SENDER, **other)  # type: ignore[arg-type]


def _second(desk: Desk, *, everything: bool = True) -> NoticesBySms:
    return NoticesBySms(
        desk.store,
        desk.clock,
        number=lambda one: str(one.state.get("number", "")),
        sender=SENDER,
        sends=SENDS,
        everything=everything,
    )


async def _both(desk: Desk, mail: FakeMail | None, sms: FakeMail, second: NoticesBySms) -> None:
    """Deliver what is due, and then what that put in."""
    carriers = {Channel.SMS: sms} | ({Channel.EMAIL: mail} if mail else {})
    deliver = Deliver(desk.store, desk.clock, carriers=carriers, sender=SENDER, also=second.also)
    await deliver.deliver()
    await deliver.deliver()


async def _mailed(desk: Desk) -> Sequence[Waiting]:
    mail = FakeMail()
    await _deliver(desk, mail).deliver()
    return mail.taken


async def test_a_letter_goes_out_once(desk: Desk) -> None:
    """With the owner's address, and the audit says that it went."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person)
    (letter,) = await _mailed(desk)
    assert await _mailed(desk) == []
    assert letter.dispatch.to == "alice@example.com"
    assert "wrong password" in letter.dispatch.facts["text"]
    assert len(await desk.audit(Event.USER_NOTICE_SENT)) == 1
    assert (await desk.notices(person))[0].sent == desk.clock.now()


async def test_a_failed_letter_is_tried_again_and_given_up_after_a_day(desk: Desk) -> None:
    """The notice stays in the portal all the while."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person)
    mail = FakeMail(Fault("the server answered 451"))
    deliver = _deliver(desk, mail)
    for _ in range(300):
        await deliver.deliver()
        desk.clock.advance(300)
    assert desk.clock.now().since(person.user.created) > GIVE_UP_AFTER
    assert [row.facts["fault"] for row in await desk.audit(Event.USER_NOTICE_FAILED)] == ["the server answered 451"]
    assert len(await desk.notices(person)) == 1


async def test_who_has_no_address_is_told_in_the_portal_only(desk: Desk) -> None:
    """Nothing waits for ever, with or without a mail server, and nothing can be taken back by nobody."""
    person = await desk.add()
    await _tell(desk, person, NoticeKind.FACTOR_ENROLLED, about=ADDED)
    await _deliver(desk, None).deliver()
    async with desk.store.read() as unit:
        assert await unit.dispatches.next_due() is None
    assert all(one.sent for one in await desk.notices(person))
    assert await desk.audit(Event.USER_NOTICE_FAILED) == []


@pytest.mark.parametrize("kind", UNDOES)
async def test_a_mail_about_a_change_holds_the_way_back(desk: Desk, kind: NoticeKind) -> None:
    """A secret that nothing else holds: the portal's notice has it not, the table has its digest, for three days."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person, kind, about=ADDED)
    (letter,) = await _mailed(desk)
    secret = letter.dispatch.facts["undo"]
    assert f"https://api.example.com/.twogate/undo?secret={secret}\n" in letter.dispatch.facts["text"]
    assert secret.startswith("tg_un_")
    assert len(secret) == 49
    assert secret not in (await desk.notices(person))[0].text
    async with desk.store.read() as unit:
        undo = await unit.undos.get(Secret(secret).sha256())
        assert await unit.undos.get(secret) is None
    assert undo is not None
    assert (undo.kind, undo.user, undo.credential) == (UNDOES[kind], person.user.id, "crd_new")
    assert undo.expires == desk.clock.now().plus(UNDO_FOR)


@pytest.mark.parametrize("kind", set(NoticeKind) - set(UNDOES))
async def test_what_cannot_be_taken_back_has_no_link(desk: Desk, kind: NoticeKind) -> None:
    """Locks, resets by an administrator, recoveries: their mails hold none."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person, kind, about=ADDED)
    (letter,) = await _mailed(desk)
    assert "undo" not in letter.dispatch.facts
    assert "://" not in letter.dispatch.facts["text"]


async def test_a_change_without_a_credential_has_no_way_back(desk: Desk) -> None:
    """Of a factor that was reported lost nothing is kept; a sign-in can always be called not mine."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person, NoticeKind.FACTOR_REMOVED)
    await _tell(desk, person, NoticeKind.NEW_DEVICE)
    removed, device = sorted(await _mailed(desk), key=lambda one: "undo" in one.dispatch.facts)
    assert "undo" not in removed.dispatch.facts
    assert UNDOES[NoticeKind.NEW_DEVICE] is UndoKind.SIGNED_IN
    assert "undo" in device.dispatch.facts


async def test_the_number_is_told_too_also_the_one_that_was_removed(desk: Desk) -> None:
    """By SMS, once, without a link; a number that has changed hears of it on the old one, not on the new one."""
    person = await desk.add(email="alice@example.com")
    now = desk.clock.now()
    old, new = (
        Credential(CredentialId(f"crd_{n}"), person.user.id, "sms", "", {"number": f"+4915100000{n}"}, 1, now)
        for n in (1, 2)
    )
    async with desk.store.work() as unit:
        await unit.credentials.add(new)
    sms = FakeMail()
    second = _second(desk)
    await _tell(desk, person, NoticeKind.FACTOR_REMOVED, about=Concerned(removed=old))
    await _both(desk, FakeMail(), sms, second)
    assert {one.dispatch.to for one in sms.taken} == {"+49151000001", "+49151000002"}
    assert {one.dispatch.channel for one in sms.taken} == {Channel.SMS}
    assert all("A factor was removed" in one.dispatch.facts["text"] for one in sms.taken)
    assert not any("undo" in one.dispatch.facts["text"] or "://" in one.dispatch.facts["text"] for one in sms.taken)
    sms.taken.clear()
    await _tell(desk, person, NoticeKind.FACTOR_ENROLLED, about=Concerned(added=new.id))
    await _both(desk, FakeMail(), sms, second)
    assert sms.taken == []


async def test_a_number_hears_of_another_number_in_any_case(desk: Desk) -> None:
    """A change of number is told on the old one, whatever the operator says about other notices."""
    person = await desk.add()  # not even an address
    now = desk.clock.now()
    old, new = (
        Credential(CredentialId(f"crd_{n}"), person.user.id, "sms", "", {"number": f"+4915100000{n}"}, 1, now)
        for n in (1, 2)
    )
    async with desk.store.work() as unit:
        await unit.credentials.add(old)
        await unit.credentials.add(new)
    sms = FakeMail()
    second = _second(desk, everything=False)
    await _tell(desk, person, NoticeKind.NEW_DEVICE)
    await _tell(desk, person, NoticeKind.FACTOR_ENROLLED, about=Concerned(added=new.id))
    await _both(desk, None, sms, second)
    assert [one.dispatch.to for one in sms.taken] == ["+49151000001"]


async def test_whoever_makes_things_happen_gets_no_sms_without_end(desk: Desk) -> None:
    """Each costs the operator money: notices by SMS are bounded for a number, and take nothing from the codes."""
    person = await desk.add(email="alice@example.com")
    now = desk.clock.now()
    own = Credential(CredentialId("crd_1"), person.user.id, "sms", "", {"number": "+49151000001"}, 1, now)
    async with desk.store.work() as unit:
        await unit.credentials.add(own)
    sms, mail = FakeMail(), FakeMail()
    for _ in range(3 * SENDS.most):
        await _tell(desk, person, NoticeKind.NEW_DEVICE)
        await _both(desk, mail, sms, _second(desk))
    assert (len(mail.taken), len(sms.taken)) == (3 * SENDS.most, SENDS.most)
    assert len(await desk.audit(Event.USER_MESSAGE_REFUSED)) == 2 * SENDS.most
    async with desk.store.work() as unit:
        code = Dispatch(Channel.SMS, "+49151000001", {"code": "123456"})
        assert await put(unit, person.user.id, code, sends=SENDS, now=now) is None
    desk.clock.advance(86_401)
    await _tell(desk, person, NoticeKind.NEW_DEVICE)
    await _both(desk, mail, sms, _second(desk))
    assert len(sms.taken) == SENDS.most + 1


async def test_an_sms_that_was_not_taken_is_tried_again(desk: Desk) -> None:
    """It lies in the outbox like everything else, also when the process ends in the middle."""
    person = await desk.add(email="alice@example.com")
    own = Credential(CredentialId("crd_1"), person.user.id, "sms", "", {"number": "+4915"}, 1, desk.clock.now())
    async with desk.store.work() as unit:
        await unit.credentials.add(own)
    await _tell(desk, person)
    away, sms = FakeMail(Fault("the gateway answered 503")), FakeMail()
    await _both(desk, FakeMail(), away, _second(desk))
    desk.clock.advance(30)
    await _both(desk, FakeMail(), sms, _second(desk))
    assert len(sms.taken) == 1
