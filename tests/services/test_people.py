"""Accounts, as an administrator looks after them."""

import pyotp
import pytest
from tests.services.desk import CALLER, PASSWORD, WRONG, Desk, finished, refusal

from twogate.rules.signin.event import CodesSaved, EnrolmentConfirmed
from twogate.services.screens import Ask, AskEnrolment, ShowRecoveryCodes
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.ids import UserId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ADMIN = "cli:root"
NOBODY = UserId("usr_nobody")


async def test_an_account_is_added_under_its_canonical_name(desk: Desk) -> None:
    """Once, whatever the spelling; the audit names who did it."""
    added = await desk.people.add("  Alice ", email="alice@example.com", password=PASSWORD, actor=ADMIN)
    assert isinstance(added, Passed)
    user = added.value.user
    assert (user.name, user.display_name, added.value.password) == ("alice", "Alice", None)
    again = await desk.people.add("\uff21\uff2c\uff29\uff23\uff25", password=PASSWORD, actor=ADMIN)
    assert refusal(again).reason is Reason.NAME_TAKEN
    assert [(row.actor, row.subject) for row in await desk.audit(Event.ADMIN_USER_CREATED)] == [(ADMIN, user.id)]
    for spelling in ("ALICE", " alice", user.id):
        assert await desk.people.find(spelling) == user
    assert await desk.people.find("nobody") is None
    assert await desk.people.find("") is None
    assert list(await desk.people.list()) == [user]


async def test_a_password_is_made_and_shown_once(desk: Desk) -> None:
    """80 random bits in groups; it works."""
    added = await desk.people.add("alice", actor=ADMIN)
    assert isinstance(added, Passed)
    password = added.value.password
    assert password is not None
    assert [len(group) for group in password.text().split("-")] == [4, 4, 4, 4]
    assert isinstance(await desk.give_password("alice", password), AskEnrolment)
    assert password.text() not in repr(added)


@pytest.mark.parametrize(
    ("name", "more", "reason"),
    [
        ("", {}, Reason.INPUT_MALFORMED),
        ("a b", {}, Reason.INPUT_MALFORMED),
        ("alice", {"email": "alice"}, Reason.INPUT_MALFORMED),
        ("alice", {"email": "a@b, c@d"}, Reason.INPUT_MALFORMED),
        ("alice", {"email": "a@b\r\nBcc: c@d"}, Reason.INPUT_MALFORMED),
        ("alice", {"display_name": "x" * 201}, Reason.INPUT_MALFORMED),
        ("alice", {"password": Secret("")}, Reason.PASSWORD_TOO_SHORT),
        ("alice", {"password": Secret("password1")}, Reason.PASSWORD_COMMON),
    ],
)
async def test_what_is_no_account_is_refused(desk: Desk, name: str, more: dict[str, object], reason: Reason) -> None:
    """With its reason, and nothing is added."""
    refused = await desk.people.add(name, actor=ADMIN, **{"password": PASSWORD, **more})  # type: ignore[arg-type]
    assert refusal(refused).reason is reason
    assert list(await desk.people.list()) == []


async def test_blocking_ends_everything_and_tells_gateways(desk: Desk) -> None:
    """No sign-in, no session; unblocking lets in again and revives nothing."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    assert done.session_secret is not None
    number = await desk.people.block(alice.user.id, actor=ADMIN)
    assert number is not None
    async with desk.store.read() as unit:
        changes = await unit.feed.after(number - 1)
    assert [(change.kind, change.key) for change in changes] == [(ChangeKind.SUBJECT_BLOCKED, alice.user.id)]
    assert isinstance(await desk.sessions.by_secret(done.session_secret), Refused)
    assert refusal(await desk.give_password(alice)).reason is Reason.SUBJECT_BLOCKED
    assert await desk.people.unblock(alice.user.id, actor=ADMIN) == number + 1
    assert isinstance(await desk.sessions.by_secret(done.session_secret), Refused)
    await desk.signed_in(alice)


async def test_who_is_not_there_cannot_be_looked_after(desk: Desk) -> None:
    """Each act says so in its own way."""
    assert await desk.people.block(NOBODY, actor=ADMIN) is None
    assert await desk.people.unblock(NOBODY, actor=ADMIN) is None
    assert await desk.people.unlock(NOBODY, actor=ADMIN) == 0
    assert await desk.people.look(NOBODY) is None
    assert refusal(await desk.people.reset_password(NOBODY, actor=ADMIN)).reason is Reason.INPUT_MALFORMED
    assert refusal(await desk.people.reset_factors(NOBODY, actor=ADMIN)).reason is Reason.INPUT_MALFORMED


async def test_unlocking_opens_the_budgets(desk: Desk) -> None:
    """What is locked is shown before, and nothing afterwards."""
    alice = await desk.alice()
    for _ in range(10):
        await desk.give_password(alice, WRONG)
    person = await desk.people.look(alice.user.id)
    assert person is not None
    assert person.locked == (f"password:{alice.user.id}",)
    assert person.factors == ("password", "totp", "recovery_code")
    assert await desk.people.unlock(alice.user.id, actor=ADMIN) == 1
    person = await desk.people.look(alice.user.id)
    assert person is not None
    assert person.locked == ()
    await desk.signed_in(alice)


async def test_a_reset_password_still_needs_the_second_factor(desk: Desk) -> None:
    """All sessions end, the owner is told, the code is asked for as before."""
    alice = await desk.alice()
    await desk.signed_in(alice)
    reset = await desk.people.reset_password(alice.user.id, actor=ADMIN)
    assert isinstance(reset, Passed)
    assert reset.value.password is not None
    assert await desk.sessions.of_user(alice.user.id) == []
    assert refusal(await desk.give_password(alice)).reason is Reason.PASSWORD_WRONG
    asked = await desk.give_password("alice", reset.value.password)
    assert isinstance(asked, Ask)
    assert asked.factors[0].factor == "totp"
    assert (await desk.notices(alice))[0].subject == "Your password was reset"
    chosen = await desk.people.reset_password(alice.user.id, password=Secret("short"), actor=ADMIN)
    assert refusal(chosen).reason is Reason.PASSWORD_TOO_SHORT


async def test_reset_factors_come_back_by_a_recovery_code_only(desk: Desk) -> None:
    """The password alone sets nothing up; password and a code that was handed over do."""
    alice = await desk.alice()
    await desk.signed_in(alice)
    reset = await desk.people.reset_factors(alice.user.id, actor=ADMIN)
    assert isinstance(reset, Passed)
    assert await desk.sessions.of_user(alice.user.id) == []
    asked = await desk.half(alice)
    assert [choice.factor for choice in asked.factors] == ["recovery_code"]
    old = await desk.give_code(asked, Secret(alice.codes[0]))
    assert refusal(old).reason is Reason.RECOVERY_CODE_WRONG
    offered = await desk.give_code(old, Secret(reset.value.codes[0]))
    assert isinstance(offered, AskEnrolment)
    alice.app = pyotp.parse_uri(offered.offer.uri)
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(alice.code(desk)), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER))
    await desk.signed_in(alice)
    assert "Your factors were reset" in [one.subject for one in await desk.notices(alice)]
    assert reset.value.codes[0] not in repr(reset)


async def test_a_reset_of_an_account_without_factors_asks_for_the_code_too(desk: Desk) -> None:
    """From the reset on a password alone sets nothing up, also where nothing had been set up before."""
    bob = await desk.add("bob")
    await desk.people.reset_factors(bob.user.id, actor=ADMIN)
    asked = await desk.give_password(bob)
    assert isinstance(asked, Ask)
    assert [choice.factor for choice in asked.factors] == ["recovery_code"]


async def test_a_full_house_is_told(desk: Desk) -> None:
    """BUSY, and nothing is changed."""
    alice = await desk.alice()
    while not isinstance(desk.pool.seat(), Refused):
        pass
    for answer in (
        await desk.people.add("bob", actor=ADMIN),
        await desk.people.reset_password(alice.user.id, actor=ADMIN),
        await desk.people.reset_factors(alice.user.id, actor=ADMIN),
    ):
        assert refusal(answer).reason is Reason.BUSY
    while desk.pool.taken:
        desk.pool.leave()
    await desk.signed_in(alice)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("\u0430lice", Reason.NAME_MIXED_SCRIPTS),  # a Cyrillic letter among Latin ones
        ("al1ce", None),
        ("alicE", Reason.NAME_TAKEN),
        ("a1ice", Reason.NAME_LOOKS_ALIKE),
        ("al\u0131ce", Reason.NAME_LOOKS_ALIKE),
    ],
)
async def test_a_new_name_looks_unlike_the_others(desk: Desk, name: str, reason: Reason | None) -> None:
    """Whoever looks like somebody who is there already gets no account; a name that only resembles one does."""
    await desk.add("alice")
    added = await desk.people.add(name, password=PASSWORD, actor="cli:test")
    assert (added.reason if isinstance(added, Refused) else None) is reason


async def test_a_whole_name_in_another_script(desk: Desk) -> None:
    """A name wholly in Cyrillic that reads like a Latin one that is taken."""
    await desk.add("scope")
    added = await desk.people.add("\u0455\u0441\u043e\u0440\u0435", password=PASSWORD, actor="cli:test")
    assert isinstance(added, Refused)
    assert added.reason is Reason.NAME_LOOKS_ALIKE
