"""The panic button: this was not me."""

from tests.services.desk import CALLER, STRANGER, Desk, finished

from twogate.services.panic import LATELY, Panic
from twogate.services.screens import Ended
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.owed import Owed
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused


def _panic(desk: Desk) -> Panic:
    return Panic(desk.store, desk.clock, desk.entropy, registry=desk.authenticators.registry)


async def test_everything_that_is_open_ends(desk: Desk) -> None:
    """All sessions, wherever they are, and the known devices; the owner is told, the audit knows."""
    alice = await desk.alice()
    here, there = await desk.signed_in(alice), await desk.signed_in(alice, caller=STRANGER)
    await _panic(desk).press(alice.user.id, actor=alice.user.id, caller=CALLER)
    for one in (here, there):
        assert one.session_secret is not None
        assert isinstance(await desk.sessions.by_secret(one.session_secret), Refused)
    async with desk.store.read() as unit:
        assert await unit.devices.of_user(alice.user.id) == []
        assert await unit.obligations.get(alice.user.id, Owed.PASSWORD_CHANGE) is not None
    assert any("this was not me" in one.subject for one in await desk.notices(alice))
    (pressed,) = await desk.audit(Event.USER_PANIC_PRESSED)
    assert pressed.facts["switched_off"] == 2  # the app and the codes are an hour old


async def test_what_was_added_lately_works_no_more(desk: Desk) -> None:
    """Old factors stay, young ones are switched off; the password is chosen anew, not thrown away."""
    alice = await desk.alice()
    desk.clock.advance(LATELY + 61)
    await _panic(desk).press(alice.user.id, actor=alice.user.id, caller=CALLER)
    finished(await desk.give_code(await desk.give_password(alice), alice.code(desk)))
    bob = await desk.alice("bob")
    await _panic(desk).press(bob.user.id, actor=bob.user.id, caller=CALLER)
    ended = await desk.give_password(bob)
    assert isinstance(ended, Ended)
    assert ended.refused.reason is Reason.LEVEL_UNREACHABLE  # and a password alone sets up nothing


async def test_pressing_it_twice_is_pressing_it(desk: Desk) -> None:
    """The second time there is nothing left to do, and for nobody there is nothing at all."""
    alice = await desk.alice()
    for _ in range(2):
        await _panic(desk).press(alice.user.id, actor=alice.user.id, caller=CALLER)
    assert len(await desk.audit(Event.USER_PANIC_PRESSED)) == 2
    assert await _panic(desk).press(UserId("usr_nobody"), actor="x", caller=CALLER) is None
