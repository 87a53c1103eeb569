"""Flows: what is enrolled decides at each step, handles are for one step of one flow, detours lose no gate."""

from hashlib import sha256
from pathlib import Path

import pyotp
import pytest
from tests.services.desk import (
    AAL1,
    AAL2,
    CALLER,
    PASSWORD,
    STRANGER,
    WRONG,
    Desk,
    Person,
    finished,
    open_desk,
    refusal,
)

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.signin.event import (
    CodeGiven,
    CodesSaved,
    EnrolmentConfirmed,
    EnrolmentPutOff,
    FactorChosen,
    Given,
    PasswordGiven,
)
from twogate.rules.signin.state import Need
from twogate.services.enrol import Added
from twogate.services.screens import Ask, AskEnrolment, Ended, Finished, ShowRecoveryCodes
from twogate.settings.sign_in import SecondFactor, SignInSettings
from twogate.store.unit import Store
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

NEEDS = [AAL1, Need(Level.AAL1, 0, 1), Need(Level.AAL2, None, 2)]


async def _drop(store: Store, person: Person, *factors: str) -> None:
    """Take factors away behind everybody's back, as an administrator's query would."""
    async with store.work() as unit:
        for one in await unit.credentials.of_user(person.user.id):
            if one.factor in factors:
                await unit.credentials.remove(one.id)


@pytest.mark.parametrize("need", NEEDS)
@pytest.mark.parametrize("gone", [(), ("totp",), ("recovery_code",), ("totp", "recovery_code")])
async def test_case_08_every_need_and_factor_set_still_prompts(desk: Desk, need: Need, gone: tuple[str, ...]) -> None:
    """A password alone finishes no sign-in, whatever is asked for and whichever factors are left."""
    alice = await desk.alice()
    await _drop(desk.store, alice, *gone)
    asked = await desk.give_password(alice, need=need)
    assert isinstance(asked, Ended if len(gone) == 2 else Ask), asked
    if isinstance(asked, Ask):
        offered = {choice.factor for choice in asked.factors}
        assert offered == {"totp", "recovery_code"} - set(gone)
        for event in (EnrolmentPutOff(), CodesSaved(), FactorChosen("totp"), EnrolmentConfirmed(Secret("1"))):
            screen = await desk.sign_in.advance(asked.handle, event, CALLER)
            assert isinstance(screen, Ask)
            asked = screen
    assert len(await desk.sessions.of_user(alice.user.id)) == 1  # the one of a minute ago


async def test_case_09_a_factor_removed_meanwhile_proves_nothing(desk: Desk) -> None:
    """The half-session was shown the app; the app is gone when its right code comes."""
    alice = await desk.alice()
    half = await desk.half(alice)
    await _drop(desk.store, alice, "totp")
    screen = await desk.give_code(half, alice.code(desk), factor="totp")
    assert isinstance(screen, Ask)
    assert [choice.factor for choice in screen.factors] == ["recovery_code"]
    assert refusal(screen).reason is Reason.FACTOR_NOT_OFFERED


async def test_case_09_a_password_changed_meanwhile_has_to_be_given_again(desk: Desk) -> None:
    """A half-session of the old password does not finish with a right code."""
    alice = await desk.alice()
    half = await desk.half(alice)
    reset = await desk.people.reset_password(alice.user.id, password=Secret("another-plum-orbit"), actor="cli:test")
    assert isinstance(reset, Passed)
    screen = await desk.give_code(half, alice.code(desk))
    assert not isinstance(screen, Finished), screen


async def test_case_09_an_account_blocked_meanwhile_gets_nothing(desk: Desk) -> None:
    """Neither a half-session nor a setting-up nor a step-up under way is finished."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    half = await desk.half(alice)
    offered = await desk.enrol.begin(done.session, "totp", CALLER)
    assert isinstance(offered, AskEnrolment)
    await desk.people.block(alice.user.id, actor="cli:test")
    desk.clock.advance(60)
    assert isinstance(await desk.give_code(half, alice.code(desk)), Ended)
    code = Secret(pyotp.TOTP(offered.offer.secret.replace(" ", "")).at(desk.clock.now().seconds))
    assert isinstance(await desk.enrol.confirm(offered.handle, code, session=done.session, caller=CALLER), Ended)
    assert isinstance(await desk.begin(need=Need(Level.AAL2, 10), session=done.session), Ended)
    assert done.session_secret is not None
    assert isinstance(await desk.sessions.by_secret(done.session_secret), Refused)


def _moves(desk: Desk, person: Person) -> list[Given]:
    """What somebody with nothing but the password may send."""
    wrong = person.wrong_code(desk)
    answers = [CodeGiven(factor, wrong) for factor in ("", "totp", "recovery_code", "password", "sms")]
    return [
        PasswordGiven("alice", PASSWORD),
        PasswordGiven("alice", WRONG),
        PasswordGiven("", PASSWORD),
        *answers,
        CodeGiven("password", PASSWORD),
        FactorChosen("totp"),
        FactorChosen("password"),
        EnrolmentConfirmed(wrong),
        EnrolmentPutOff(),
        CodesSaved(),
    ]


@pytest.mark.parametrize("seed", range(2))
async def test_case_12_detours_with_a_password_alone_lead_nowhere(desk: Desk, seed: int) -> None:
    """Restarts, other ways and events out of order, at random: no session without a second proof."""
    alice = await desk.alice()
    moves = _moves(desk, alice)
    handles = [screen.handle for screen in [await desk.begin()] if isinstance(screen, Ask)]
    for at in range(120):
        way = sha256(f"{seed}/{at}".encode()).digest()
        if way[0] < 25:
            screen = await desk.begin(need=NEEDS[way[1] % len(NEEDS)])
        else:
            screen = await desk.sign_in.advance(
                handles[-1 - way[1] % min(3, len(handles))], moves[way[2] % len(moves)], CALLER
            )
        assert isinstance(screen, Ask | Ended), screen
        if isinstance(screen, Ask):
            handles.append(screen.handle)
        if way[3] < 25:
            await desk.people.unlock(alice.user.id, actor="cli:test")
    assert len(await desk.sessions.of_user(alice.user.id)) == 1


async def test_case_12_a_step_up_begun_anew_proves_nothing(desk: Desk) -> None:
    """Asking again and again for a step-up leaves the session as it is until both proofs are there."""
    alice = await desk.alice()
    done = await desk.signed_in(alice)
    desk.clock.advance(400)
    need = Need(Level.AAL2, 300)
    for _ in range(3):
        asked = await desk.begin(need=need, session=done.session)
        assert isinstance(asked, Ask)
        asked = await desk.sign_in.advance(asked.handle, PasswordGiven("", PASSWORD), CALLER)
        assert isinstance(asked, Ask)
    async with desk.store.read() as unit:
        live = await unit.sessions.get(done.session.id)
    assert live is not None
    assert add_up(live.proofs).auth_time == done.assurance.auth_time


async def test_case_13_captured_handles_are_worth_nothing_afterwards(desk: Desk) -> None:
    """Every handle that was shown on the way is dead once it was answered, for every event, also with right proofs."""
    alice = await desk.alice()
    first = await desk.begin()
    assert isinstance(first, Ask)
    half = await desk.sign_in.advance(first.handle, PasswordGiven("alice", PASSWORD), CALLER)
    assert isinstance(half, Ask)
    done = finished(await desk.give_code(half, alice.code(desk)))
    desk.clock.advance(60)
    right = alice.code(desk)
    for handle in (first.handle, half.handle):
        for event in (*_moves(desk, alice), CodeGiven("totp", right)):
            assert refusal(await desk.sign_in.advance(handle, event, STRANGER)).reason is Reason.FLOW_UNKNOWN
        confirmed = await desk.enrol.confirm(handle, right, session=done.session, caller=CALLER)
        assert refusal(confirmed).reason is Reason.FLOW_UNKNOWN
    assert len(await desk.sessions.of_user(alice.user.id)) == 2


async def test_case_14_what_one_door_gives_out_opens_no_other(desk: Desk) -> None:
    """Handles of three kinds of flow, the session's secret and the device's: each is good at its own door only."""
    alice = await desk.alice()
    done = await desk.signed_in(alice, caller=STRANGER)
    desk.clock.advance(60)
    asked = await desk.half(alice)
    step_up = await desk.begin(need=Need(Level.AAL2, 10), session=done.session)
    offered = await desk.enrol.begin(done.session, "totp", CALLER)
    assert isinstance(step_up, Ask)
    assert isinstance(offered, AskEnrolment)
    assert done.session_secret is not None
    assert done.device_secret is not None
    code = alice.code(desk)
    new = Secret(pyotp.TOTP(offered.offer.secret.replace(" ", "")).at(desk.clock.now().seconds))
    for foreign in (offered.handle, done.session_secret, done.device_secret):
        for event in (CodeGiven("totp", code), EnrolmentConfirmed(new), CodesSaved()):
            assert refusal(await desk.sign_in.advance(foreign, event, CALLER)).reason is Reason.FLOW_UNKNOWN
    for foreign in (asked.handle, step_up.handle, done.session_secret, done.device_secret):
        confirmed = await desk.enrol.confirm(foreign, new, session=done.session, caller=CALLER)
        assert refusal(confirmed).reason is Reason.FLOW_UNKNOWN
    for foreign in (asked.handle, step_up.handle, offered.handle, done.device_secret):
        assert isinstance(await desk.sessions.by_secret(foreign), Refused)
    for foreign in (asked.handle, step_up.handle, offered.handle, done.session_secret):
        assert await desk.sessions.device(foreign) is None
    added = await desk.enrol.confirm(offered.handle, new, session=done.session, caller=CALLER)
    assert isinstance(added, Added)


async def test_case_30_nothing_secret_is_stored_between_two_steps(tmp_path: Path) -> None:
    """The database files of a half-session and of an unconfirmed app hold no password, code, seed or handle."""
    async with open_desk(tmp_path) as desk:
        alice, new = await desk.alice(), await desk.add("newcomer")
        half = await desk.half(alice)
        again = await desk.give_code(half, alice.wrong_code(desk))
        offered = await desk.give_password(new)
        assert isinstance(again, Ask)
        assert isinstance(offered, AskEnrolment)
        seed = offered.offer.secret.replace(" ", "")
        assert alice.app is not None
        secrets = [PASSWORD.text(), seed, offered.offer.secret, alice.app.secret, *alice.codes]
        secrets += [one.handle.text() for one in (half, again, offered)]
        secrets += [one.replace("-", "") for one in alice.codes]
        stored = _files(tmp_path)
        assert b"newcomer" in stored
        assert [one for one in secrets if one.encode() in stored] == []


def _files(folder: Path) -> bytes:
    """The database and its log, as a thief of the disk has them."""
    return b"".join(path.read_bytes() for path in folder.glob("twogate.db*"))


async def test_case_32_a_reset_account_sets_nothing_up_on_its_password(desk: Desk) -> None:
    """After an administrator's reset the password alone is asked for a recovery code, never offered an app."""
    alice = await desk.alice()
    await desk.people.reset_factors(alice.user.id, actor="cli:test")
    asked = await desk.give_password(alice)
    assert isinstance(asked, Ask)
    assert [choice.factor for choice in asked.factors] == ["recovery_code"]
    await _drop(desk.store, alice, "recovery_code")
    assert refusal(await desk.give_password(alice)).reason is Reason.LEVEL_UNREACHABLE


async def test_case_32_two_first_sign_ins_at_once_set_up_one_app(desk: Desk) -> None:
    """Thief and owner both hold an offer; when one has confirmed, the other's offer is void."""
    person = await desk.add()
    thiefs = await desk.give_password(person, caller=STRANGER)
    assert isinstance(thiefs, AskEnrolment)
    await desk.enrol_at_sign_in(person)
    app = pyotp.TOTP(thiefs.offer.secret.replace(" ", ""))
    code = Secret(app.at(desk.clock.now().seconds))
    for event in (EnrolmentConfirmed(code), FactorChosen("totp"), EnrolmentPutOff()):
        screen = await desk.sign_in.advance(thiefs.handle, event, STRANGER)
        assert isinstance(screen, Ask | Ended), screen
        thiefs = screen if isinstance(screen, Ask) else thiefs
    assert len(await desk.sessions.of_user(person.user.id)) == 1


async def test_case_32_a_password_session_adds_no_factor_where_one_existed(tmp_path: Path) -> None:
    """Where passwords open AAL1, the account page asks that session for more before it sets anything up."""
    async with open_desk(tmp_path, settings=SignInSettings(second_factor=SecondFactor.WHEN_NEEDED)) as desk:
        alice = await desk.add()
        await _enrol_by_step_up(desk, alice)
        await _drop(desk.store, alice, "totp", "recovery_code")
        done = finished(await desk.give_password(alice))
        assert done.assurance.level is Level.AAL1
        assert refusal(await desk.enrol.begin(done.session, "totp", CALLER)).reason is Reason.LEVEL_TOO_LOW
        assert isinstance(await desk.begin(need=AAL2, session=done.session), Ended)


async def _enrol_by_step_up(desk: Desk, person: Person) -> None:
    done = finished(await desk.give_password(person))
    offered = await desk.begin(need=AAL2, session=done.session)
    assert isinstance(offered, AskEnrolment)
    code = Secret(pyotp.TOTP(offered.offer.secret.replace(" ", "")).at(desk.clock.now().seconds))
    shown = await desk.sign_in.advance(offered.handle, EnrolmentConfirmed(code), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    finished(await desk.sign_in.advance(shown.handle, CodesSaved(), CALLER))
