"""An administrator's errands with tokens: in, out, back, and never a counter that goes back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.rules.factors.yubikeys import YubiKey
from tests.services.desk import finished, refusal
from tests.services.token_desk import DESK, Button, TokenDesk, open_token_desk

from twogate.rules.factors.seeds.seed import Delivery
from twogate.services.screens import Ask
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[TokenDesk]:
    async with open_token_desk(sqlite_url, claims=False) as opened:
        yield opened


def _reason(answer: object) -> Reason:
    assert isinstance(answer, Refused), answer
    return answer.reason


async def test_a_delivery_is_brought_in_once(desk: TokenDesk) -> None:
    """What is here already stays as it is; the audit log says how many came."""
    delivery = Delivery((Button("A1").seed, Button("B2").seed), ())
    first = await desk.tokens.bring_in(delivery, reserved=False, actor=DESK)
    again = await desk.tokens.bring_in(Delivery((*delivery.seeds, Button("C3").seed), ()), reserved=False, actor=DESK)
    assert (first.added, first.known) == (("A1", "B2"), ())
    assert (again.added, again.known) == (("C3",), ("A1", "B2"))
    rows = await desk.audit(Event.ADMIN_HARDWARE_TOKENS_IMPORTED)
    assert sorted(row.facts["count"] for row in rows) == [1, 2]
    assert [one.serial for one in await desk.tokens.list(after=await desk.token("A1"))] == ["B2", "C3"]


async def test_an_assigned_token_signs_in(desk: TokenDesk) -> None:
    """With a code, once; its owner, and nobody else, is told that they have it."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    code = button.press()
    finished(await desk.give_code(await desk.half(ada), code))
    assert refusal(await desk.give_code(await desk.half(ada), code)).reason is Reason.CODE_REPLAYED
    finished(await desk.give_code(await desk.half(ada), button.press()))
    held = await desk.token("GA1234")
    assert (held.user, held.state) == (ada.user.id, None)
    assert [one.subject for one in await desk.notices(ada)]
    (row,) = await desk.audit(Event.ADMIN_HARDWARE_TOKEN_ASSIGNED)
    assert (row.actor, row.subject, row.facts["serial"]) == (DESK, ada.user.id, "GA1234")


async def test_a_token_is_one_persons(desk: TokenDesk) -> None:
    """Assigned, it is not given to anybody else, nor is one that does not exist, nor to nobody."""
    button = Button()
    await desk.bring_in(button)
    await desk.with_token("ada", button)
    bob = await desk.add("bob")
    for serial, user, reason in (
        ("ga 1234", bob.user.id, Reason.ALREADY_ENROLLED),
        ("GA9999", bob.user.id, Reason.NOT_FOUND),
        ("GA1234", UserId("usr_x"), Reason.NOT_FOUND),
    ):
        assert _reason(await desk.tokens.assign(serial, user, code=None, actor=DESK)) is reason


async def test_a_code_shows_that_it_is_the_right_token(desk: TokenDesk) -> None:
    """A wrong one gives nothing away; a right one is used up by that."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.add("ada")
    wrong = await desk.tokens.assign("GA1234", ada.user.id, code=Secret("000000"), actor=DESK)
    assert _reason(wrong) is Reason.TOKEN_CODE_WRONG
    assert (await desk.token("GA1234")).user is None
    code = button.press(3)
    assert isinstance(await desk.tokens.assign("GA1234", ada.user.id, code=code, actor=DESK), Passed)
    assert refusal(await desk.give_code(await desk.half(ada), code)).reason is Reason.CODE_REPLAYED
    finished(await desk.give_code(await desk.half(ada), button.press()))


async def test_several_tokens_of_one_person(desk: TokenDesk) -> None:
    """Either may answer; a wrong code is wrong for both."""
    buttons = [Button("A1", bytes(20)), Button("B2", bytes(range(20)))]
    await desk.bring_in(*buttons)
    ada = await desk.with_token("ada", buttons[0])
    assert isinstance(await desk.tokens.assign("B2", ada.user.id, code=None, actor=DESK), Passed)
    for button in buttons:
        finished(await desk.give_code(await desk.half(ada), button.press()))


async def test_taken_back_it_waits_where_its_counter_stands(desk: TokenDesk) -> None:
    """Sessions that rest on it end; the next owner cannot use a code of the last one."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    code = button.press(5)
    done = finished(await desk.give_code(await desk.half(ada), code))
    back = await desk.tokens.unassign("GA1234", actor=DESK)
    assert isinstance(back, Passed)
    assert (back.value.user.name, back.value.token.user) == ("ada", None)
    async with desk.store.read() as unit:
        session = await unit.sessions.get(done.session.id)
    assert session is None or session.ended is not None
    waiting = await desk.token("GA1234")
    assert waiting.state is not None
    assert (waiting.state["counter"], waiting.reserved) == (5, True)
    bob = await desk.with_token("bob", button)
    assert refusal(await desk.give_code(await desk.half(bob), code)).reason is Reason.CODE_REPLAYED
    assert _reason(await desk.tokens.unassign("GA9999", actor=DESK)) is Reason.NOT_FOUND


async def test_its_owners_reset_puts_it_back(desk: TokenDesk) -> None:
    """Whoever removes an authenticator, its token waits for an administrator."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    assert isinstance(await desk.people.reset_factors(ada.user.id, actor=DESK), Passed)
    waiting = await desk.token("GA1234")
    assert (waiting.user, waiting.reserved) == (None, True)
    assert waiting.state is not None
    assert _reason(await desk.tokens.unassign("GA1234", actor=DESK)) is Reason.NOT_FOUND


async def test_rfc4226_7_4_an_administrator_finds_a_token_again(desk: TokenDesk) -> None:
    """Two codes in a row from far ahead; then the next single code is taken, and neither of the two."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    first, second = button.press(4000), button.press()
    assert refusal(await desk.give_code(await desk.half(ada), second)).reason is Reason.TOKEN_CODE_WRONG
    codes = [first.text(), second.text()]
    assert _reason(await desk.tokens.resynchronise("GA1234", codes[::-1], actor=DESK)) is Reason.CODE_WRONG
    assert _reason(await desk.tokens.resynchronise("GA1234", ["1", "2"], actor=DESK)) is Reason.CODE_MALFORMED
    assert isinstance(await desk.tokens.resynchronise("ga1234", codes, actor=DESK), Passed)
    for code in (first, second):
        assert refusal(await desk.give_code(await desk.half(ada), code)).reason is Reason.CODE_REPLAYED
    finished(await desk.give_code(await desk.half(ada), button.press()))
    assert _reason(await desk.tokens.resynchronise("GA1234", codes, actor=DESK)) is Reason.CODE_WRONG
    assert len(await desk.audit(Event.ADMIN_HARDWARE_TOKEN_RESYNCHRONISED)) == 1


async def test_what_is_nobodys_or_no_token_is_not_resynchronised(desk: TokenDesk) -> None:
    """Before it has an owner there is nothing to find; a YubiKey has no codes in a row."""
    button, key = Button(), YubiKey()
    await desk.bring_in(button, key)
    assert _reason(await desk.tokens.resynchronise("GA1234", ["111111", "222222"], actor=DESK)) is Reason.NOT_FOUND
    ada = await desk.add("ada")
    assert isinstance(await desk.tokens.assign(key.public, ada.user.id, code=key.touch(), actor=DESK), Passed)
    codes = ["111111", "222222"]
    assert _reason(await desk.tokens.resynchronise(key.public, codes, actor=DESK)) is Reason.CODE_MALFORMED


async def test_its_owner_finds_a_token_again_at_the_sign_in(desk: TokenDesk) -> None:
    """They type two codes in a row into the one field; it costs a try like any other."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    lost = button.press(200)
    assert refusal(await desk.give_code(await desk.half(ada), lost)).reason is Reason.TOKEN_CODE_WRONG
    both = Secret(f"{button.press().text()} {button.press().text()}")
    finished(await desk.give_code(await desk.half(ada), both))
    finished(await desk.give_code(await desk.half(ada), button.press()))


async def test_only_what_is_nobodys_is_forgotten(desk: TokenDesk) -> None:
    """A token in use stays; one that waits goes."""
    button = Button()
    await desk.bring_in(button)
    await desk.with_token("ada", button)
    assert _reason(await desk.tokens.remove("GA1234", actor=DESK)) is Reason.ALREADY_ENROLLED
    assert isinstance(await desk.tokens.unassign("GA1234", actor=DESK), Passed)
    assert isinstance(await desk.tokens.remove("GA1234", actor=DESK), Passed)
    assert _reason(await desk.tokens.remove("GA1234", actor=DESK)) is Reason.NOT_FOUND


async def test_a_token_whose_owner_is_gone_is_not_given_on(desk: TokenDesk) -> None:
    """Where its counter stands is not known; it can only be forgotten and brought in again."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    async with desk.store.work() as unit:
        await unit.users.remove(ada.user.id)
    bob = await desk.add("bob")
    assert _reason(await desk.tokens.assign("GA1234", bob.user.id, code=None, actor=DESK)) is Reason.ALREADY_ENROLLED
    assert _reason(await desk.tokens.unassign("GA1234", actor=DESK)) is Reason.NOT_FOUND
    assert isinstance(await desk.tokens.remove("GA1234", actor=DESK), Passed)


async def test_tries_are_counted_beside_those_of_other_codes(desk: TokenDesk) -> None:
    """Ten wrong codes and the right one is not looked at any more."""
    button = Button()
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    for _ in range(10):
        wrong = await desk.give_code(await desk.half(ada), Secret("000000"))
        assert isinstance(wrong, Ask)
    asked = await desk.half(ada)
    assert refusal(await desk.give_code(asked, button.press())).reason is Reason.LOCKED


async def test_two_desks_give_one_token_away(sqlite_url: str) -> None:
    """Of two administrators at once one succeeds."""
    button = Button()
    async with open_token_desk(sqlite_url) as one, open_token_desk(sqlite_url, seed="other") as two:
        await one.bring_in(button)
        ada, bob = await one.add("ada"), await one.add("bob")
        done = await asyncio.gather(
            one.tokens.assign("GA1234", ada.user.id, code=None, actor=DESK),
            two.tokens.assign("GA1234", bob.user.id, code=None, actor=DESK),
        )
    assert sorted(type(answer).__name__ for answer in done) == ["Passed", "Refused"]
