"""Wrong tries share one budget: whatever the session, the door, the address or the spelling (SP 800-63B-4 3.2.2)."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from tests.services.desk import AAL2, CALLER, PASSWORD, WRONG, Desk, Person, finished, refusal

from twogate.rules.assurance.level import Level
from twogate.rules.signin.event import PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.own_password import NotChanged
from twogate.services.screens import Ask
from twogate.terms.caller import Caller
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed

TOLD = "Too many wrong tries at your account"


def _from(number: int) -> Caller:
    """A stranger, each from another network."""
    return Caller(f"10.{number}.2.3", "curl/8", f"rid-{number}")


async def _refusals(desk: Desk) -> Counter[str]:
    return Counter(row.facts["reason"] for row in await desk.audit(Event.USER_PROOF_REFUSED))


async def _told(desk: Desk, person: Person) -> int:
    return [one.subject for one in await desk.notices(person)].count(TOLD)


async def test_case_03_a_hundred_parallel_codes_are_ten_tries(desk: Desk) -> None:
    """A hundred wrong codes at once, from twenty half-sessions: ten are looked at, and then it is locked."""
    alice = await desk.alice()
    halves = [await desk.half(alice) for _ in range(20)] * 5
    wrong = alice.wrong_code(desk)
    await asyncio.gather(*(desk.give_code(half, wrong) for half in halves))
    counted = await _refusals(desk)
    assert counted["code_wrong"] <= 10
    assert counted["locked"] + counted["code_wrong"] >= 20
    assert refusal(await desk.give_code(await desk.half(alice), alice.code(desk))).reason is Reason.LOCKED


async def test_case_03_parallel_passwords_are_ten_tries(desk: Desk) -> None:
    """Likewise for passwords, where hashing leaves more time between counting and checking."""
    alice = await desk.alice()
    await asyncio.gather(*(desk.give_password(alice, WRONG) for _ in range(40)))
    assert await _refusals(desk) == {"password_wrong": 10, "locked": 30}
    assert refusal(await desk.give_password(alice)).reason is Reason.LOCKED


async def test_case_04_many_half_sessions_share_one_budget(desk: Desk) -> None:
    """A fresh half-session and a fresh address for each guess give no more guesses, and the owner is told once."""
    alice = await desk.alice()
    known = await desk.known(alice)
    wrong = alice.wrong_code(desk)
    for number in range(16):
        half = await desk.half(alice, caller=_from(number))
        assert isinstance(await desk.give_code(half, wrong, caller=_from(number)), Ask)
    assert await _refusals(desk) == {"code_wrong": 10, "locked": 6}
    assert await _told(desk, alice) == 1
    locked = await desk.give_code(await desk.half(alice, caller=_from(99)), alice.code(desk), caller=_from(99))
    assert refusal(locked).reason is Reason.LOCKED
    await desk.signed_in(alice, caller=known)


async def test_sixty_strangers_lock_their_own_lane(desk: Desk) -> None:
    """Sixty addresses with a wrong password lock strangers out; the owner's known device still signs in."""
    alice = await desk.alice()
    known = await desk.known(alice)
    for number in range(60):
        await desk.give_password(alice, WRONG, caller=_from(number))
    assert await _refusals(desk) == {"password_wrong": 10, "locked": 50}
    assert await _told(desk, alice) == 1
    assert refusal(await desk.give_password(alice, caller=_from(200))).reason is Reason.LOCKED
    await desk.signed_in(alice, caller=known)
    assert refusal(await desk.give_password(alice, caller=_from(201))).reason is Reason.LOCKED


async def test_case_05_the_password_change_counts_with_the_sign_in(desk: Desk) -> None:
    """Guesses at the present password on the account page are tries like those at the door, in both directions."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    wanted = Secret("another-plum-orbit")
    for _ in range(5):
        await desk.own_password.change(done.session, present=WRONG, wanted=wanted, caller=CALLER)
        await desk.give_password(alice, WRONG)
    assert refusal(await desk.give_password(alice)).reason is Reason.LOCKED
    changed = await desk.own_password.change(done.session, present=PASSWORD, wanted=wanted, caller=CALLER)
    assert isinstance(changed, NotChanged)
    assert changed.refused.reason is Reason.LOCKED


async def test_case_05_the_step_up_counts_with_the_sign_in(desk: Desk) -> None:
    """A session gives no second budget: wrong codes of its step-up and of sign-ins add up."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    desk.clock.advance(400)
    asked = await desk.begin(need=Need(Level.AAL2, 300), session=done.session)
    assert isinstance(asked, Ask)
    asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
    wrong = alice.wrong_code(desk)
    for _ in range(5):
        asked = await desk.give_code(asked, wrong)
        await desk.give_code(await desk.half(alice), wrong)
    assert refusal(await desk.give_code(asked, alice.code(desk))).reason is Reason.LOCKED
    assert refusal(await desk.give_code(await desk.half(alice), alice.code(desk))).reason is Reason.LOCKED


@pytest.mark.parametrize("name", ["alice", "nobody"])
async def test_case_07_spellings_share_a_counter(desk: Desk, name: str) -> None:
    """Case, blanks around it and full-width letters are one name, whether somebody has it or not."""
    await desk.alice()
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in name)
    spellings = [name, name.upper(), f"  {name}", f"{name}\t", wide, wide.upper(), name.title(), name.swapcase()]
    for at in range(16):
        await desk.give_password(spellings[at % len(spellings)], WRONG)
    assert await _refusals(desk) == {"password_wrong": 10, "locked": 6}
    for spelling in spellings:
        assert refusal(await desk.give_password(spelling)).reason is Reason.LOCKED


async def test_case_07_names_that_only_look_alike_do_not_share(desk: Desk) -> None:
    """A Cyrillic letter makes another name: it neither locks the account nor opens it."""
    alice = await desk.alice()
    for _ in range(11):
        await desk.give_password("\u0430lice", WRONG)
    assert refusal(await desk.give_password("\u0430lice")).reason is Reason.LOCKED
    await desk.signed_in(alice)


async def test_case_22_a_device_of_somebody_else_is_no_known_device(desk: Desk) -> None:
    """Bob's device cookie gives no budget of its own at Alice's account."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    bobs = await desk.known(bob)
    for _ in range(5):
        await desk.give_password(alice, WRONG, caller=bobs)
        await desk.give_password(alice, WRONG, caller=CALLER)
    for caller in (bobs, CALLER, replace(CALLER, device=bobs.device)):
        assert refusal(await desk.give_password(alice, caller=caller)).reason is Reason.LOCKED


@pytest.mark.parametrize("length", [51, 72, 199])
async def test_case_28_long_names_and_passwords_do_not_collide(desk: Desk, length: int) -> None:
    """Two names, and two passwords, that differ after any length are two: nothing is cut off."""
    people = []
    for last in "xy":
        secret = Secret(("plum orbit lantern " * 12)[:length] + last)
        added = await desk.people.add("n" * length + last, password=secret, actor="cli:test")
        assert isinstance(added, Passed), added
        people.append(Person(added.value.user, secret))
    one, other = people
    text = one.password.text()
    for wrong in (other.password, Secret(text[:-1]), Secret(text + "x"), Secret(text.upper())):
        assert refusal(await desk.give_password(one, wrong)).reason is Reason.PASSWORD_WRONG
    for _ in range(10):
        await desk.give_password(one, WRONG)
    assert refusal(await desk.give_password(one)).reason is Reason.LOCKED
    await desk.enrol_at_sign_in(other)


async def test_a_right_password_does_not_renew_the_tries_of_the_code(desk: Desk) -> None:
    """Whoever has the password gets ten codes in all, not ten after each password."""
    alice = await desk.alice()
    wrong = alice.wrong_code(desk)
    for _ in range(10):
        finished_early = await desk.give_code(await desk.give_password(alice, need=AAL2), wrong)
        assert isinstance(finished_early, Ask)
    assert refusal(await desk.give_code(await desk.half(alice), alice.code(desk))).reason is Reason.LOCKED
    desk.clock.advance(1_801)
    finished(await desk.give_code(await desk.half(alice), alice.code(desk)))
