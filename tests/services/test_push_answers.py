"""Prompts on phones from the first screen: asked, waited for, used once, and stopped by a no."""

import asyncio
import pathlib

import pytest
from tests.phone import ORIGIN, Phone
from tests.ports import MASTER_KEY, SeededEntropy
from tests.services.desk import CALLER, PASSWORD, STRANGER, finished, refusal
from tests.services.push_stage import PLACE, Stage, shown

from twogate.rules.signin.event import CodeGiven, EnrolmentConfirmed, FactorChosen, PasswordGiven
from twogate.rules.signin.state import Need
from twogate.services.push_answers import PushAnswers, only_address
from twogate.services.screens import Ask, AskEnrolment, Ended, Finished, ShowRecoveryCodes
from twogate.services.sign_in import SignIn
from twogate.store.unit import Store
from twogate.terms.dispatch import Channel
from twogate.terms.events import Event
from twogate.terms.push import Decision
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


async def test_an_approval_with_the_code_opens_the_sign_in(stage: Stage) -> None:
    """The phone sees who asks from where; the sign-in ends at AAL2 by password and phone."""
    screen = await stage.ask()
    prompt = (await stage.pull())[0]
    assert (prompt.question.account, prompt.question.action) == ("alice", "sign_in")
    assert (prompt.question.place, prompt.question.origin) == (PLACE, ORIGIN)
    assert isinstance(await stage.answer(Decision.APPROVE, shown(screen)), Passed)
    done = finished(await stage.go_on(screen))
    assert done.assurance.amr == ("mfa", "pwd", "swk")
    assert done.assurance.level.acr == "aal2"


async def test_nothing_is_counted_while_it_waits(stage: Stage) -> None:
    """However often the first screen looks; the number stays, and so does the prompt."""
    screen = await stage.ask()
    code = shown(screen)
    for _ in range(15):
        again = await stage.go_on(screen)
        assert isinstance(again, Ask)
        assert refusal(again).reason is Reason.ANSWER_AWAITED
        assert shown(again) == code
        screen = again
    await stage.answer(Decision.APPROVE, code)
    assert isinstance(await stage.go_on(screen), Finished)


async def test_what_is_typed_on_the_first_screen_is_not_looked_at(stage: Stage) -> None:
    """Nobody gets in with the number that they see, nor with an answer of their own making."""
    screen = await stage.ask()
    for typed in (shown(screen), '{"question":{},"answer":{}}'):
        answer = await stage.desk.sign_in.advance(screen.handle, CodeGiven("push", Secret(typed)), CALLER)
        assert isinstance(answer, Ask)
        assert refusal(answer).reason is Reason.ANSWER_AWAITED
        screen = answer


async def test_case_31_a_no_ends_the_question(stage: Stage) -> None:
    """The first screen says so once, and has to ask anew; the answer before it opens nothing."""
    screen = await stage.ask()
    assert isinstance(await stage.answer(Decision.DENY), Passed)
    told = await stage.go_on(screen)
    assert isinstance(told, Ask)
    assert refusal(told).reason is Reason.PUSH_DENIED
    push = next(one for one in told.factors if one.factor == "push")
    assert (push.to_choose, push.question) == (True, None)
    assert refusal(await stage.go_on(told)).reason is Reason.ANSWER_AWAITED


async def test_case_31_a_no_after_the_yes_wins(stage: Stage) -> None:
    """As long as it was not used: the second phone, or a second look, stops what the first one approved."""
    other = await stage.connect(stage.alice, Phone())
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    prompt = await stage.prompt_of(screen)
    assert isinstance(await stage.answer_to(prompt, Decision.DENY, phone=other), Passed)
    assert refusal(await stage.go_on(screen)).reason is Reason.PUSH_DENIED


async def test_a_no_between_check_and_use_wins(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last moment: the answer was checked and found good, then the no came in."""
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    prompt = await stage.prompt_of(screen)
    check = stage.desk.authenticators.check

    async def check_then_deny(*given: object, **named: object) -> object:
        good = await check(*given, **named)  # type: ignore[arg-type]
        assert isinstance(await stage.answer_to(prompt, Decision.DENY, phone=stage.phone), Passed)
        return good

    monkeypatch.setattr(stage.desk.authenticators, "check", check_then_deny)
    told = await stage.go_on(screen)
    assert isinstance(told, Ask)
    assert refusal(told).reason is Reason.PUSH_DENIED
    async with stage.store.read() as unit:
        kept = await unit.credentials.by_identifier("push", stage.phone.device)
    assert kept is not None
    assert "last" not in kept.state  # the proof left nothing behind


async def test_approve_and_deny_at_once(stage: Stage) -> None:
    """Whoever is first: a no that was taken before the use means that nobody got in."""
    other = await stage.connect(stage.alice, Phone())
    for _ in range(5):
        stage.desk.clock.advance(700)
        screen = await stage.ask()
        prompt = await stage.prompt_of(screen)
        denied, approved, after = await asyncio.gather(
            stage.answer_to(prompt, Decision.DENY, phone=other),
            stage.answer_to(prompt, Decision.APPROVE, shown(screen), phone=stage.phone),
            stage.go_on(screen),
        )
        assert isinstance(denied, Passed), (denied, approved)
        assert not isinstance(after, Finished)
        assert not isinstance(await stage.go_on(after), Finished)


async def test_case_31_an_answer_is_used_once(stage: Stage) -> None:
    """The first screen sent eight times at once starts one session."""
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    after = await asyncio.gather(*(stage.go_on(screen) for _ in range(8)))
    assert sum(isinstance(one, Finished) for one in after) == 1
    assert all(isinstance(one, Finished | Ended) for one in after)
    assert len(await stage.desk.audit(Event.USER_SESSION_STARTED)) <= 4


async def test_an_answer_opens_its_own_sign_in_only(stage: Stage) -> None:
    """Another browser that asked at the same time is not let in by it, whatever it is told."""
    hers, theirs = await stage.ask(), await stage.ask(caller=STRANGER)
    mine = await stage.prompt_of(hers)
    assert len({one.question.place for one in await stage.pull()}) == 2
    assert isinstance(await stage.answer(Decision.APPROVE, shown(hers), prompt=mine), Passed)
    assert refusal(await stage.go_on(theirs, caller=STRANGER)).reason is Reason.ANSWER_AWAITED
    assert isinstance(await stage.go_on(hers), Finished)


async def test_a_prompt_lives_two_minutes(stage: Stage) -> None:
    """An answer that is not used by then is worth nothing; nor is one that comes then taken."""
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    stage.desk.clock.advance(120)
    assert refusal(await stage.go_on(screen)).reason is Reason.PUSH_EXPIRED
    assert await stage.pull() == []


async def test_case_31_three_prompts_in_ten_minutes(stage: Stage) -> None:
    """Whoever asks, from wherever: the fourth is not sent, and the phone shows three."""
    for caller in (CALLER, STRANGER, CALLER):
        await stage.ask(caller=caller)
    half = await stage.desk.half(stage.alice, caller=STRANGER)
    refused = await stage.desk.sign_in.advance(half.handle, FactorChosen("push"), STRANGER)
    assert refusal(refused).reason is Reason.TOO_MANY_SENT
    assert len(await stage.pull()) == 3
    stage.desk.clock.advance(601)
    assert await stage.pull() == []
    await stage.ask()


async def test_prompts_at_once_are_counted_together(stage: Stage) -> None:
    """Eight browsers that ask in the same moment get three prompts."""
    halves = [await stage.desk.half(stage.alice) for _ in range(8)]
    asked = await asyncio.gather(
        *(stage.desk.sign_in.advance(half.handle, FactorChosen("push"), CALLER) for half in halves)
    )
    assert sum(isinstance(one, Ask) and one.refused is None for one in asked) == 3
    assert len(await stage.pull()) == 3


async def test_a_killed_process_loses_no_answer(stage: Stage, tmp_path: pathlib.Path) -> None:
    """Killed between the answer and its use: the next process takes it, once."""
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    url = f"sqlite:///{tmp_path / 'twogate.db'}"
    reopened = await Store.open(url, master_key=MASTER_KEY, entropy=SeededEntropy("next"))
    desk = stage.desk
    again = SignIn(
        reopened,
        desk.clock,
        SeededEntropy("next"),
        authenticators=desk.authenticators,
        sessions=desk.sessions,
        settings=desk.settings,
        awaited=PushAnswers(desk.clock, origin=ORIGIN),
    )
    try:
        event = CodeGiven("push", Secret(""))
        assert isinstance(await again.advance(screen.handle, event, CALLER), Finished)
        assert isinstance(await again.advance(screen.handle, event, CALLER), Ended)
    finally:
        await reopened.close()


async def test_a_step_up_says_so_on_the_phone(stage: Stage) -> None:
    """What is signed names the action."""
    done = await stage.desk.signed_in(stage.alice)
    stage.desk.clock.advance(60)
    begun = await stage.desk.begin(need=Need(done.assurance.level, 5), session=done.session)
    assert isinstance(begun, Ask)
    half = await stage.desk.sign_in.advance(begun.handle, PasswordGiven("", PASSWORD), CALLER)
    assert isinstance(half, Ask)
    screen = await stage.choose(half)
    assert (await stage.pull())[0].question.action == "step_up"
    await stage.answer(Decision.APPROVE, shown(screen))


async def test_the_first_second_factor_may_be_a_phone(stage: Stage) -> None:
    """Forced at the first sign-in: chosen, scanned, confirmed; nothing is counted before the phone has scanned it."""
    desk, phone = stage.desk, Phone()
    newcomer = await desk.add("bob")
    offered = await desk.give_password(newcomer)
    assert isinstance(offered, AskEnrolment)
    asked = await desk.sign_in.advance(offered.handle, FactorChosen("push"), CALLER)
    assert isinstance(asked, AskEnrolment)
    token = asked.offer.uri.partition("#")[2]
    code = Secret(phone.pairing_code(token))
    for _ in range(12):
        asked = await desk.sign_in.advance(asked.handle, EnrolmentConfirmed(code), CALLER)
        assert isinstance(asked, AskEnrolment)
        assert refusal(asked).reason is Reason.ANSWER_AWAITED
    assert isinstance(await stage.pair(phone, token), Passed)
    wrong = Secret(f"{(int(code.text()) + 1) % 1_000_000:06d}")
    asked = await desk.sign_in.advance(asked.handle, EnrolmentConfirmed(wrong), CALLER)
    assert isinstance(asked, AskEnrolment)
    assert refusal(asked).reason is Reason.CODE_WRONG
    assert isinstance(await desk.sign_in.advance(asked.handle, EnrolmentConfirmed(code), CALLER), ShowRecoveryCodes)


async def test_a_qr_code_is_too_old_after_ten_minutes(stage: Stage) -> None:
    """It lets no phone in any more, and its confirmation fails."""
    session = (await stage.desk.signed_in(stage.alice)).session
    begun = await stage.desk.enrol.begin(session, "push", CALLER)
    assert isinstance(begun, AskEnrolment)
    memory = {"token": begun.offer.uri.partition("#")[2]}
    stage.desk.clock.advance(600)
    assert await stage.pair(Phone(), memory["token"]) == Refused(Reason.PUSH_PAIRING_OVER)
    async with stage.store.read() as unit:
        late = await stage.answers.confirmed(unit, memory, Secret("123456"))
    assert late == Refused(Reason.PUSH_PAIRING_OVER)


async def test_what_is_prompted_is_written_down_and_put_into_the_outbox(stage: Stage) -> None:
    """One dispatch by push for all phones, without the code; an event with the prompt's name."""
    screen = await stage.ask()
    async with stage.store.work() as unit:
        due = await unit.dispatches.take(stage.desk.clock.now(), lease=90, limit=100)
    taken = [one for one in due if one.dispatch.channel is Channel.PUSH]
    assert len(taken) == 1
    assert shown(screen) not in repr(taken[0].dispatch.facts)
    sent = await stage.desk.audit(Event.USER_PROMPT_SENT)
    assert [one.facts["prompt"] for one in sent] == [taken[0].dispatch.facts["request"]]


def test_a_place_is_at_least_an_address() -> None:
    """Where nothing more is known."""
    assert only_address("203.0.113.7") == "203.0.113.7"
