"""The phone's door: who may say what, one answer for each prompt, and what a no and a report do."""

import asyncio
from dataclasses import replace

from tests.phone import Phone
from tests.services.desk import CALLER, finished, refusal
from tests.services.push_stage import POCKET, Stage, shown
from tests.store.records import grant

from twogate.rules.signin.event import FactorChosen
from twogate.services.push_phone import CLOCKS_DIFFER
from twogate.services.screens import Ask, AskEnrolment
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.push import Decision, Outcome, Prompt, PromptId, PushDeviceId, Question, Route
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

INVALID = Reason.PUSH_ANSWER_INVALID


async def _prompt(stage: Stage) -> tuple[Prompt, str]:
    screen = await stage.ask()
    return await stage.prompt_of(screen), shown(screen)


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def _failures(stage: Stage) -> int:
    async with stage.store.read() as unit:
        budget = await unit.budgets.peek(f"push:{stage.alice.user.id}")
    return budget.failures if budget else 0


# ---- answering
async def test_two_approvals_at_once(stage: Stage) -> None:
    """From two phones, and twice from each: one counts, the others are told that it was answered."""
    other = await stage.connect(stage.alice, Phone())
    prompt, code = await _prompt(stage)
    done = await asyncio.gather(
        *(stage.answer_to(prompt, Decision.APPROVE, code, phone=phone) for phone in (stage.phone, other) * 3)
    )
    assert sum(isinstance(one, Passed) for one in done) == 1
    assert done.count(Refused(Reason.PUSH_ANSWERED)) == 5


async def test_case_31_a_wrong_code_burns_the_request(stage: Stage) -> None:
    """It is counted, the right code comes too late, and the first screen has to ask anew."""
    screen = await stage.ask()
    prompt, code = await stage.prompt_of(screen), shown(screen)
    before = await _failures(stage)
    assert await stage.answer_to(prompt, Decision.APPROVE, _wrong(code), phone=stage.phone) == Refused(
        Reason.PUSH_BURNT
    )
    assert await _failures(stage) == before + 1
    late = await stage.answer_to(prompt, Decision.APPROVE, code, phone=stage.phone)
    assert late == Refused(Reason.PUSH_ANSWERED)
    assert refusal(await stage.go_on(screen)).reason is Reason.PUSH_BURNT
    assert await _failures(stage) == before + 1
    assert len(await stage.desk.audit(Event.USER_PROMPT_BURNT)) == 1


async def test_wrong_codes_at_once_are_one_try(stage: Stage) -> None:
    """Ten guesses at one prompt in the same moment, the right one among them: the first one decides."""
    prompt, code = await _prompt(stage)
    guesses = [_wrong(code), *[f"{number:06d}" for number in range(8)], code]
    done = await asyncio.gather(
        *(stage.answer_to(prompt, Decision.APPROVE, guess, phone=stage.phone) for guess in guesses)
    )
    assert done.count(Refused(Reason.PUSH_ANSWERED)) == 9
    async with stage.store.read() as unit:
        found = await unit.push_prompts.get(prompt.question.id)
    assert found is not None
    assert (found.outcome is Outcome.APPROVED) == any(isinstance(one, Passed) for one in done)


async def test_an_approval_needs_the_code(stage: Stage) -> None:
    """Nothing typed is a wrong code, and a signed no cannot be made a yes of."""
    prompt, code = await _prompt(stage)
    no = stage.phone.answer(prompt.question, Decision.DENY, code)
    forged = replace(no, decision=Decision.APPROVE)
    refused = await stage.door.answer(prompt.question.id, forged, caller=POCKET)
    assert isinstance(refused, Refused)
    assert refused.reason is INVALID
    assert await stage.answer_to(prompt, Decision.APPROVE, phone=stage.phone) == Refused(Reason.PUSH_BURNT)


async def test_an_answer_by_another_persons_phone(stage: Stage) -> None:
    """Bob's phone knows of no such request, and Alice's name under Bob's key is no signature."""
    bob = await stage.desk.alice("bob")
    his = await stage.connect(bob, Phone())
    prompt, code = await _prompt(stage)
    assert await stage.pull(his) == []
    assert await stage.answer_to(prompt, Decision.APPROVE, code, phone=his) == Refused(Reason.NOT_FOUND)
    assert await stage.answer_to(prompt, Decision.REPORT, phone=his) == Refused(Reason.NOT_FOUND)
    pretending = his.called(stage.phone.device)
    refused = await stage.answer_to(prompt, Decision.APPROVE, code, phone=pretending)
    assert isinstance(refused, Refused)
    assert refused.reason is INVALID
    assert len(await stage.pull()) == 1


async def test_case_31_a_replayed_answer(stage: Stage) -> None:
    """What approved one request approves no other, and not the same one again."""
    first, code = await _prompt(stage)
    answer = stage.phone.answer(first.question, Decision.APPROVE, code)
    assert isinstance(await stage.door.answer(first.question.id, answer, caller=POCKET), Passed)
    assert await stage.door.answer(first.question.id, answer, caller=POCKET) == Refused(Reason.PUSH_ANSWERED)
    second, _ = await _prompt(stage)
    refused = await stage.door.answer(second.question.id, answer, caller=POCKET)
    assert isinstance(refused, Refused)
    assert refused.reason is INVALID


async def test_what_the_phone_was_shown_is_what_it_signs(stage: Stage) -> None:
    """An answer about another place, account or time is refused: somebody stood between."""
    prompt, code = await _prompt(stage)
    question: Question = prompt.question
    for shown_instead in (
        replace(question, place="at home"),
        replace(question, account="mallory"),
        replace(question, asked=question.asked.plus(1)),
        replace(question, origin="https://evil.example"),
    ):
        answer = stage.phone.answer(shown_instead, Decision.APPROVE, code)
        refused = await stage.door.answer(question.id, answer, caller=POCKET)
        assert isinstance(refused, Refused)
        assert refused.reason is INVALID


async def test_a_late_answer(stage: Stage) -> None:
    """After two minutes neither yes nor no counts."""
    prompt, code = await _prompt(stage)
    stage.desk.clock.advance(120)
    for decision in (Decision.APPROVE, Decision.DENY):
        assert await stage.answer_to(prompt, decision, code, phone=stage.phone) == Refused(Reason.PUSH_ANSWERED)
    assert await _failures(stage) == 0


async def test_case_31_a_no_stops_all(stage: Stage) -> None:
    """Three prompts are stopped by one no; what comes afterwards is asked anew."""
    for _ in range(3):
        await stage.ask()
    assert len(await stage.pull()) == 3
    assert isinstance(await stage.answer(Decision.DENY), Passed)
    assert await stage.pull() == []
    assert len(await stage.desk.audit(Event.USER_PROMPT_DENIED)) == 1


# ---- "it was not me"
async def test_case_31_it_was_not_me(stage: Stage) -> None:
    """Every session ends, the gateways are told, phones are switched off, the owner is told, it is written down."""
    desk = stage.desk
    session = (await desk.signed_in(stage.alice)).session
    other = await stage.connect(stage.alice, Phone())
    screen = await stage.ask()
    done = await stage.answer(Decision.REPORT)
    assert isinstance(done, Passed)
    assert await desk.sessions.of_user(stage.alice.user.id) == []
    async with stage.store.read() as unit:
        for phone in (stage.phone, other):
            credential = await unit.credentials.by_identifier("push", phone.device)
            assert credential is not None
            assert credential.disabled is not None
    assert (await stage.desk.audit(Event.USER_SESSION_ENDED))[0].subject == session.user
    assert len(await desk.audit(Event.USER_PROMPT_REPORTED)) == 1
    assert len(await desk.audit(Event.USER_FACTOR_DISABLED)) == 2
    assert any("not you" in notice.subject for notice in await desk.notices(stage.alice))
    told = await stage.go_on(screen)
    assert isinstance(told, Ask)
    assert all(choice.factor != "push" for choice in told.factors)
    half = await desk.half(stage.alice)
    refused = await desk.sign_in.advance(half.handle, FactorChosen("push"), CALLER)
    assert refusal(refused).reason is Reason.FACTOR_NOT_OFFERED


async def test_a_report_tells_the_gateways(stage: Stage) -> None:
    """Where a session had a grant, its end is in the change feed, and its number is returned."""
    screen = await stage.ask()
    await stage.answer(Decision.APPROVE, shown(screen))
    signed_in = finished(await stage.go_on(screen))
    async with stage.store.work() as unit:
        owner, end = stage.alice.user.id, stage.desk.clock.now().plus(300)
        await unit.grants.add(grant(user=owner, session=signed_in.session.id, last_expiry=end))
    prompt = await stage.prompt_of(screen)
    done = await stage.answer_to(prompt, Decision.REPORT, phone=stage.phone)
    assert isinstance(done, Passed)
    assert done.value.change is not None
    async with stage.store.read() as unit:
        changes = (await unit.feed.snapshot(stage.desk.clock.now())).changes
    assert ChangeKind.GRANT_REVOKED in {change.kind for change in changes}


async def test_a_report_counts_once(stage: Stage) -> None:
    """Afterwards the phone is none any more, so the same statement does nothing."""
    prompt, _ = await _prompt(stage)
    assert isinstance(await stage.answer_to(prompt, Decision.REPORT, phone=stage.phone), Passed)
    again = await stage.answer_to(prompt, Decision.REPORT, phone=stage.phone)
    assert again == Refused(Reason.PUSH_DEVICE_UNKNOWN)
    async with stage.store.work() as unit:  # an administrator switched it on again
        credential = await unit.credentials.by_identifier("push", stage.phone.device)
        assert credential is not None
        await unit.credentials.set_disabled(credential.id, None)
    again = await stage.answer_to(prompt, Decision.REPORT, phone=stage.phone)
    assert again == Refused(Reason.PUSH_ANSWERED)


async def test_a_report_is_heard_for_a_day(stage: Stage) -> None:
    """Also of a prompt that was over before anybody looked at the phone; older ones are past."""
    prompt, _ = await _prompt(stage)
    stage.desk.clock.advance(86_400)
    assert await stage.answer_to(prompt, Decision.REPORT, phone=stage.phone) == Refused(Reason.PUSH_ANSWERED)
    stage.desk.clock.advance(-1)
    assert isinstance(await stage.answer_to(prompt, Decision.REPORT, phone=stage.phone), Passed)


# ---- asking
async def test_only_the_phone_learns_what_waits(stage: Stage) -> None:
    """Another key, another name, another time than was signed, and a removed or blocked owner's phone do not."""
    now = stage.desk.clock.now()
    device, good = PushDeviceId(stage.phone.device), stage.phone.pull(now)["signature"]
    wrong = Phone(device=stage.phone.device).pull(now)["signature"]
    for at, signature in ((now, wrong), (now.plus(1), good)):
        refused = await stage.door.waiting(device, at=at, signature=signature)
        assert isinstance(refused, Refused)
        assert refused.reason is INVALID
    unknown = await stage.door.waiting(PushDeviceId("pdv_unknown"), at=now, signature=good)
    assert unknown == Refused(Reason.PUSH_DEVICE_UNKNOWN)
    async with stage.store.work() as unit:
        await unit.users.set_blocked(stage.alice.user.id, now)
    blocked = await stage.door.waiting(device, at=now, signature=good)
    assert isinstance(blocked, Refused)
    assert blocked.reason is Reason.PUSH_DEVICE_UNKNOWN


async def test_a_phones_clock_may_be_off_a_little(stage: Stage) -> None:
    """Two minutes either way; beyond, it is told so."""
    device, now = PushDeviceId(stage.phone.device), stage.desk.clock.now()
    for off, passes in ((CLOCKS_DIFFER, True), (-CLOCKS_DIFFER, True), (121, False), (-121, False)):
        at = now.plus(off)
        found = await stage.door.waiting(device, at=at, signature=stage.phone.pull(at)["signature"])
        assert isinstance(found, Passed) if passes else found == Refused(Reason.PUSH_CLOCK_WRONG)


# ---- being woken
async def test_a_phone_says_how_it_is_woken(stage: Stage) -> None:
    """Signed, and only its newest word counts."""
    now, device = stage.desk.clock.now(), PushDeviceId(stage.phone.device)
    way = {"way": "ntfy", "topic": "t" * 32}
    said, route = stage.phone.route(way, now), Route("ntfy", {"topic": "t" * 32})

    async def put(signature: str) -> object:
        return await stage.door.route(device, at=now, text=said["route"], route=route, signature=signature)

    refused = await put(Phone(device=device).route(way, now)["signature"])
    assert isinstance(refused, Refused)
    assert refused.reason is INVALID
    assert isinstance(await put(said["signature"]), Passed)
    again = await put(said["signature"])
    assert isinstance(again, Refused)
    assert again.reason is Reason.PUSH_ANSWERED
    async with stage.store.read() as unit:
        assert await unit.push_devices.routes(stage.alice.user.id) == {device: route}


# ---- being connected
async def _token(stage: Stage) -> str:
    session = (await stage.desk.signed_in(stage.alice)).session
    begun = await stage.desk.enrol.begin(session, "push", CALLER)
    assert isinstance(begun, AskEnrolment)
    return begun.offer.uri.partition("#")[2]


async def test_case_38_a_qr_code_is_for_one_phone_of_one_person(stage: Stage) -> None:
    """The second phone is turned away; the first one is told whose it becomes."""
    token = await _token(stage)
    paired = await stage.pair(Phone(), token)
    assert isinstance(paired, Passed)
    assert paired.value.account == "alice"
    assert await stage.pair(Phone(), token) == Refused(Reason.PUSH_PAIRING_OVER)
    assert await stage.pair(Phone(), "tg_pair_" + "x" * 43) == Refused(Reason.PUSH_PAIRING_OVER)


async def test_a_phone_proves_that_it_holds_the_key(stage: Stage) -> None:
    """Another site's statement, another label, a key that is none: refused, and the picture is still good."""
    token, phone = await _token(stage), Phone()
    said, elsewhere = phone.pairing(token), Phone(origin="https://evil.example").pairing(token)
    for jwk, label, signature in (
        (elsewhere["jwk"], elsewhere["label"], elsewhere["signature"]),
        (said["jwk"], "Another phone", said["signature"]),
        ({**said["jwk"], "y": said["jwk"]["x"]}, said["label"], said["signature"]),
    ):
        refused = await stage.door.pair(Secret(token), jwk=jwk, label=label, signature=signature)
        assert isinstance(refused, Refused)
        assert refused.reason is INVALID
    assert isinstance(await stage.pair(phone, token), Passed)


async def test_whoever_photographed_the_picture_is_not_taken_for_the_phone(stage: Stage) -> None:
    """The thief is faster; the owner's phone shows no number, and no number they could type takes the thief's key."""
    session = (await stage.desk.signed_in(stage.alice)).session
    begun = await stage.desk.enrol.begin(session, "push", CALLER)
    assert isinstance(begun, AskEnrolment)
    token = begun.offer.uri.partition("#")[2]
    thief, owner = Phone(), Phone()
    assert isinstance(await stage.pair(thief, token), Passed)
    assert isinstance(await stage.pair(owner, token), Refused)
    code = Secret(owner.pairing_code(token))
    told = await stage.desk.enrol.confirm(begun.handle, code, session=session, caller=CALLER)
    assert refusal(told).reason is Reason.CODE_WRONG


async def test_an_unknown_request(stage: Stage) -> None:
    """Is not found."""
    prompt, code = await _prompt(stage)
    other = replace(prompt.question, id=PromptId("prq_zzzzzzzzzzzzzzzz"))
    answer = stage.phone.answer(other, Decision.APPROVE, code)
    assert await stage.door.answer(other.id, answer, caller=POCKET) == Refused(Reason.NOT_FOUND)
