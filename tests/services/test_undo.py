"""Taking a change back: once, for three days, by who reads the mail; it lets nobody in."""

import asyncio
from dataclasses import replace

import pytest
from tests.services.desk import CALLER, STRANGER, WRONG, Desk, Person, refusal
from tests.services.token_desk import Button, TokenDesk, open_token_desk
from tests.store.records import api_token

from twogate.rules.signin.messages import Sender
from twogate.services.deliver import Deliver
from twogate.services.own_password import PasswordChanged
from twogate.services.screens import Ask, AskEnrolment
from twogate.services.undo import TakeBack, Undoable
from twogate.store.unit import Unit
from twogate.terms.account import Credential
from twogate.terms.dispatch import Channel, Fault, Waiting
from twogate.terms.events import Event
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session
from twogate.terms.undo import UndoKind
from twogate.terms.verdict import Passed, Refused


class Mail:
    """Takes letters."""

    def __init__(self) -> None:
        self.taken: list[Waiting] = []

    async def carry(self, waiting: Waiting) -> Fault | None:
        self.taken.append(waiting)
        return None


class Inbox:
    """What somebody reads."""

    def __init__(self, desk: Desk) -> None:
        self.mail = Mail()
        carriers = {Channel.EMAIL: self.mail}
        self._deliver = Deliver(desk.store, desk.clock, carriers=carriers, sender=Sender("T", "https://a.example"))

    async def secret(self, subject: str) -> Secret:
        """The way back in the newest mail of this subject."""
        await self._deliver.deliver()
        found = [one for one in self.mail.taken if subject in one.dispatch.facts["subject"]]
        return Secret(found[-1].dispatch.facts["undo"])


@pytest.fixture
def inbox(desk: Desk) -> Inbox:
    return Inbox(desk)


@pytest.fixture
def errand(desk: Desk) -> TakeBack:
    return TakeBack(desk.store, desk.clock, desk.entropy, registry=desk.authenticators.registry)


async def _factors(desk: Desk, person: Person) -> set[str]:
    async with desk.store.read() as unit:
        return {one.factor for one in await unit.credentials.of_user(person.user.id)}


async def _live(desk: Desk, session: Session) -> bool:
    async with desk.store.read() as unit:
        found = await unit.sessions.get(session.id)
    return found is not None and found.ended is None


async def test_a_factor_that_was_added_goes(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """And every session with it, known devices too; the password alone then sets up nothing."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    secret = await inbox.secret("A new factor was set up")
    seen = await errand.look(secret)
    assert isinstance(seen, Passed)
    assert isinstance(seen.value, Undoable)
    assert (seen.value.kind, seen.value.what) == (UndoKind.FACTOR_ADDED, "Authenticator app")
    assert "totp" in await _factors(desk, alice)
    taken = await errand.take_back(secret, STRANGER)
    assert isinstance(taken, Passed)
    assert taken.value.change is None or taken.value.change > 0
    assert "totp" not in await _factors(desk, alice)
    assert not await _live(desk, done.session)
    assert not isinstance(await desk.give_password(alice), AskEnrolment)
    (row,) = await desk.audit(Event.USER_CHANGE_UNDONE)
    assert (row.actor, row.subject, row.facts["kind"]) == ("undo", alice.user.id, "factor_added")


async def test_a_factor_that_was_removed_comes_back_as_it_was(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """It proves what it proved before, the code that was used last stays used, and nobody is signed in by it."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    used = alice.code(desk)
    await _remove(desk, alice, done.session)
    assert "totp" not in await _factors(desk, alice)
    secret = await inbox.secret("A factor was removed")
    assert isinstance(await errand.take_back(secret, STRANGER), Passed)
    assert not await _live(desk, done.session)
    asked = await desk.half(alice)
    assert refusal(await desk.give_code(asked, used)).reason is Reason.CODE_REPLAYED
    desk.clock.advance(60)
    again = await desk.signed_in(alice)
    assert [proof.factor for proof in again.session.proofs] == ["password", "totp"]
    assert len(await desk.audit(Event.USER_FACTOR_RESTORED)) == 1


async def test_a_factor_that_was_lost_comes_back_to_nobody(desk: Desk, inbox: Inbox) -> None:
    """Whoever found the phone may read the mail on it: nothing is kept, and the mail holds no way back."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    await _remove(desk, alice, done.session, lost=True)
    with pytest.raises(KeyError):
        await inbox.secret("A factor was removed")
    assert any("A factor was removed" in one.dispatch.facts["subject"] for one in inbox.mail.taken)


async def test_what_was_set_up_again_meanwhile_is_left_alone(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """A credential of that id that is there already stays as it is."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    gone = await _remove(desk, alice, done.session)
    async with desk.store.work() as unit:
        await unit.credentials.add(replace(gone, state={**gone.state, "last_step": 10**9}))
    taken = await errand.take_back(await inbox.secret("A factor was removed"), STRANGER)
    assert isinstance(taken, Passed)
    async with desk.store.read() as unit:
        found = await unit.credentials.get(gone.id)
    assert found is not None
    assert found.state["last_step"] == 10**9
    assert await desk.audit(Event.USER_FACTOR_RESTORED) == []


async def _token_removed(desk: TokenDesk, button: Button) -> Person:
    """Ada had a token and removed it; it waits."""
    await desk.bring_in(button)
    ada = await desk.with_token("ada", button)
    async with desk.store.work() as unit:
        await unit.users.set_email(ada.user.id, "ada@example.com")
        user = await unit.users.get(ada.user.id)
        (held,) = [one for one in await unit.credentials.of_user(ada.user.id) if one.factor == "hardware_token"]
        assert user is not None
        await desk.authenticators.remove(unit, user, held, actor=user.id, caller=CALLER)
    assert (await desk.token(button.serial)).user is None
    return ada


async def _taken_back(desk: TokenDesk) -> None:
    errand = TakeBack(desk.store, desk.clock, desk.entropy, registry=desk.authenticators.registry)
    assert isinstance(await errand.take_back(await Inbox(desk).secret("A factor was removed"), STRANGER), Passed)


@pytest.mark.parametrize("given_on", [False, True], ids=["still in the drawer", "given to somebody else"])
async def test_a_thing_with_a_serial_comes_back_unless_it_is_anothers(sqlite_url: str, *, given_on: bool) -> None:
    """The store of tokens says whose it is; one that was given to somebody else meanwhile stays theirs."""
    async with open_token_desk(sqlite_url) as desk:
        button = Button()
        ada, bob = await _token_removed(desk, button), await desk.add("bob")
        if given_on:
            assert isinstance(await desk.tokens.assign(button.serial, bob.user.id, code=None, actor="cli:test"), Passed)
        await _taken_back(desk)
        assert (await desk.token(button.serial)).user == (bob if given_on else ada).user.id
        assert ("hardware_token" in await _factors(desk, ada)) is not given_on


async def test_a_counter_does_not_go_back_with_what_comes_back(sqlite_url: str) -> None:
    """Somebody else used the token meanwhile and gave it back: it waits where it stands now, for an administrator."""
    async with open_token_desk(sqlite_url) as desk:
        button = Button()
        ada, bob = await _token_removed(desk, button), await desk.add("bob")
        assert isinstance(
            await desk.tokens.assign(button.serial, bob.user.id, code=button.press(9), actor="cli:test"), Passed
        )
        assert isinstance(await desk.tokens.unassign(button.serial, actor="cli:test"), Passed)
        await _taken_back(desk)
        waiting = await desk.token(button.serial)
        assert (waiting.user, waiting.reserved) == (None, True)
        assert waiting.state is not None
        assert waiting.state["counter"] == 9
        assert "hardware_token" not in await _factors(desk, ada)


async def test_a_changed_password_stops_working_and_the_old_one_does_too(
    desk: Desk, inbox: Inbox, errand: TakeBack
) -> None:
    """Whoever changed it knew the old one: neither gets in, until somebody who may gives a new one."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    wanted = Secret("quartz-maple-harbour")
    changed = await desk.own_password.change(done.session, present=alice.password, wanted=wanted, caller=CALLER)
    assert isinstance(changed, PasswordChanged), changed
    assert isinstance(await errand.take_back(await inbox.secret("Your password was changed"), STRANGER), Passed)
    assert not await _live(desk, changed.session)
    for password in (wanted, alice.password, WRONG):
        assert refusal(await desk.give_password(alice, password)).reason is Reason.PASSWORD_WRONG
    reset = await desk.people.reset_password(alice.user.id, actor="cli:test")
    assert isinstance(reset, Passed)
    assert reset.value.password is not None
    assert isinstance(await desk.give_password(alice, reset.value.password), Ask)


async def test_a_sign_in_that_was_not_mine_ends(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """With every other session; what the account is proved by stays."""
    alice = await desk.alice()
    done = await desk.signed_in(alice, caller=STRANGER)
    before = await _factors(desk, alice)
    assert isinstance(await errand.take_back(await inbox.secret("new device"), CALLER), Passed)
    assert not await _live(desk, done.session)
    assert await _factors(desk, alice) == before


async def test_tokens_made_meanwhile_go_too(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """Whoever had the session could have made one that outlives it; older ones stay."""
    alice = await desk.alice()
    made = {}
    async with desk.store.work() as unit:
        for number, age in ((1, 200_000), (2, 3_600)):
            made[number] = api_token(number, owner=alice.user.id, created=desk.clock.now().plus(-age))
            await unit.api_tokens.add(replace(made[number], expires=desk.clock.now().plus(10**6)))
    taken = await errand.take_back(await inbox.secret("A new factor was set up"), STRANGER)
    assert isinstance(taken, Passed)
    assert taken.value.change is not None
    async with desk.store.read() as unit:
        revoked = {one.id: one.revoked for one in await unit.api_tokens.of_owner(alice.user.id)}
    assert revoked == {made[1].id: None, made[2].id: desk.clock.now()}


async def test_of_racing_hands_one_takes_it_back(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """Twenty clicks at once: one counts, the link is void, and the owner is told once."""
    alice = await desk.alice()
    secret = await inbox.secret("A new factor was set up")
    taken = await asyncio.gather(*(errand.take_back(secret, STRANGER) for _ in range(20)))
    assert sum(isinstance(one, Passed) for one in taken) == 1
    assert await errand.look(secret) == Refused(Reason.UNDO_OVER)
    subjects = [one.subject for one in await desk.notices(alice)]
    assert subjects.count("A change was taken back") == 1


async def test_nothing_is_taken_back_after_three_days(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """Not by a link whose time is over, nor by one that never was."""
    alice = await desk.alice()
    secret = await inbox.secret("A new factor was set up")
    desk.clock.advance(72 * 3600)
    for wrong in (secret, Secret(""), Secret("tg_un_"), Secret(secret.text()[:-1] + "A"), Secret("tg_pat_x")):
        assert isinstance(await errand.look(wrong), Refused)
        assert isinstance(await errand.take_back(wrong, STRANGER), Refused)
    assert "totp" in await _factors(desk, alice)


async def test_a_link_is_of_one_account(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """A credential that belongs to somebody else is not touched, whatever the row says."""
    alice, bob = await desk.alice(), await desk.alice("bob")
    secret = await inbox.secret("A new factor was set up")
    async with desk.store.work() as unit:
        await _point_at(unit, secret, await _credential_of(unit, alice))
    assert isinstance(await errand.take_back(secret, STRANGER), Passed)
    assert "totp" in await _factors(desk, alice)
    assert "totp" in await _factors(desk, bob)


async def _remove(desk: Desk, person: Person, session: Session, *, lost: bool = False) -> Credential:
    async with desk.store.read() as unit:
        (gone,) = [one for one in await unit.credentials.of_user(person.user.id) if one.factor == "totp"]
    removed = await desk.enrol.remove(session, gone.id, CALLER, lost=lost)
    assert not isinstance(removed, Refused), removed
    return gone


async def _credential_of(unit: Unit, person: Person) -> str:
    return next(one.id for one in await unit.credentials.of_user(person.user.id) if one.factor == "totp")


async def _point_at(unit: Unit, secret: Secret, credential: str) -> None:
    undo = await unit.undos.get(secret.sha256())
    assert undo is not None
    await unit.undos.void(undo.user)
    await unit.undos.add(replace(undo, credential=credential))  # type: ignore[arg-type]


async def test_a_reset_by_an_administrator_voids_old_links(desk: Desk, inbox: Inbox, errand: TakeBack) -> None:
    """What an old mail could still take back is not taken out of what was set up anew."""
    alice = await desk.alice()
    secret = await inbox.secret("A new factor was set up")
    await desk.people.reset_factors(alice.user.id, actor="cli:root")
    before = await _factors(desk, alice)
    assert isinstance(await errand.take_back(secret, CALLER), Refused)
    assert await _factors(desk, alice) == before
