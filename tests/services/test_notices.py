"""Notices: at once in the portal, by mail when the server is there."""

import asyncio
import contextlib

from tests.services.desk import CALLER, Desk, Person

from twogate.rules.signin.notices import NoticeKind
from twogate.services.notices import GIVE_UP_AFTER, Outbox, tell
from twogate.terms.events import Event
from twogate.terms.letter import Letter


class FakeMail:
    """Takes letters, or says what is wrong."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.letters: list[Letter] = []
        self.asked = 0

    async def send(self, letter: Letter) -> str:
        self.asked += 1
        if not self.fault:
            self.letters.append(letter)
        return self.fault


async def _tell(desk: Desk, person: Person, times: int = 1) -> None:
    for _ in range(times):
        async with desk.store.work() as unit:
            now = desk.clock.now()
            await tell(
                unit, person.user, NoticeKind.LOCKED, what="password", at=now, caller=CALLER, entropy=desk.entropy
            )


async def test_a_letter_goes_out_once(desk: Desk) -> None:
    """With the owner's address, and the audit says that it went."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person)
    mail = FakeMail()
    outbox = Outbox(desk.store, desk.clock, mail)
    assert await outbox.deliver() == 0
    assert await outbox.deliver() == 0
    assert [letter.to for letter in mail.letters] == ["alice@example.com"]
    assert "wrong password" in mail.letters[0].text
    assert len(await desk.audit(Event.USER_NOTICE_SENT)) == 1


async def test_a_failed_letter_is_tried_again_and_given_up_after_a_day(desk: Desk) -> None:
    """The notice stays in the portal all the while."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person)
    mail = FakeMail("the server answered 451")
    outbox = Outbox(desk.store, desk.clock, mail)
    assert await outbox.deliver() == 1
    mail.fault = ""
    assert await outbox.deliver() == 0
    await _tell(desk, person)
    mail.fault = "the server answered 550"
    desk.clock.advance(GIVE_UP_AFTER + 1)
    assert await outbox.deliver() == 0
    assert [row.facts["fault"] for row in await desk.audit(Event.USER_NOTICE_FAILED)] == ["the server answered 550"]
    assert len(await desk.notices(person)) == 2


async def test_who_has_no_address_is_told_in_the_portal_only(desk: Desk) -> None:
    """Nothing waits for ever, with or without a mail server."""
    person = await desk.add()
    await _tell(desk, person)
    mail = FakeMail()
    assert await Outbox(desk.store, desk.clock, mail).deliver() == 0
    await _tell(desk, person)
    assert await Outbox(desk.store, desk.clock, None).deliver() == 0
    assert mail.letters == []
    async with desk.store.read() as unit:
        assert await unit.notices.unsent() == []


async def test_a_server_that_is_away_is_not_asked_for_every_letter(desk: Desk) -> None:
    """After three failures the rest waits for the next round."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person, times=8)
    mail = FakeMail("ConnectError")
    assert await Outbox(desk.store, desk.clock, mail).deliver() == 3
    assert mail.asked == 3


async def test_it_waits_longer_after_each_failure(desk: Desk) -> None:
    """Five seconds while all is well, up to five minutes while it is not."""
    person = await desk.add(email="alice@example.com")
    await _tell(desk, person)
    waits: list[float] = []
    mail = FakeMail("away")

    class Watch:
        def now(self) -> object:
            return desk.clock.now()

        async def sleep(self, seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 8:
                mail.fault = ""
            if len(waits) == 10:
                raise asyncio.CancelledError
            await asyncio.sleep(0)

    with contextlib.suppress(asyncio.CancelledError):
        await Outbox(desk.store, Watch(), mail).run()
    assert waits == [10, 20, 40, 80, 160, 300, 300, 300, 5, 5]
