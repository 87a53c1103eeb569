"""A phone's answer as a proof: only its own, only to this request, only with the code of the first screen."""

from dataclasses import replace
from typing import Any

import pytest
from tests.phone import ASKED, ORIGIN, QUESTION, Phone
from tests.ports import NOON, SeededEntropy

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.factors.contract import Accepted, Account, FactorState
from twogate.rules.factors.push.answers import hand, hand_registration
from twogate.rules.factors.push.factor import LIFE, Push, PushRules
from twogate.terms.dispatch import Channel
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Category, Nature, Proof
from twogate.terms.push import Decision, PromptId, PushDeviceId, Question, Registration
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

PUSH = Push(PushRules(ORIGIN))
ALICE = Account("Example", "alice")


def _asked(**other: Any) -> FactorState:
    challenge = PUSH.challenge([], SeededEntropy(), ASKED)
    return {**challenge.remember, "request": str(QUESTION.id), "code": "123456", **other}


def _state(phone: Phone) -> FactorState:
    return {"device": phone.device, "jwk": phone.jwk, "label": phone.label}


def _check(
    phone: Phone, question: Question = QUESTION, *, code: str = "123456", decision: Decision = Decision.APPROVE
) -> Any:
    given = hand(question, phone.answer(question, decision, code))
    return PUSH.check(_state(phone), given, ASKED.plus(5), asked=_asked())


def test_an_answer_with_the_code_passes() -> None:
    """It is something held, in software, and with a password worth AAL2 and no more."""
    checked = _check(Phone())
    assert isinstance(checked, Passed)
    nature = checked.value.nature
    assert (nature.categories, nature.amr) == (frozenset({Category.HELD}), ("swk",))
    assert not nature.phishing_resistant
    assert not nature.hardware_protected
    password = Proof("password", CredentialId("crd_1"), Nature(frozenset({Category.KNOWN}), ("pwd",)), NOON)
    worth = add_up((password, Proof("push", CredentialId("crd_2"), nature, NOON)))
    assert (worth.level, worth.amr) == (Level.AAL2, ("mfa", "pwd", "swk"))


def test_case_31_no_approval_without_the_code() -> None:
    """No code, another one, or a longer one: an approval alone is worth nothing, whoever signs it."""
    for code in ("", "123457", "1234567", "12345", "\uff11\uff12\uff13\uff14\uff15\uff16"):
        assert _check(Phone(), code=code) == Refused(Reason.PUSH_BURNT)


def test_a_signed_no_is_a_no() -> None:
    """Also with the right code."""
    for decision in (Decision.DENY, Decision.REPORT):
        assert _check(Phone(), decision=decision) == Refused(Reason.PUSH_DENIED)


def test_an_answer_to_another_request_is_none() -> None:
    """Neither to another id nor to the same id asked at another time, nor at another site."""
    for question in (
        replace(QUESTION, id=PromptId("prq_bbbbbbbbbbbbbbbb")),
        replace(QUESTION, asked=ASKED.plus(1)),
        replace(QUESTION, origin="https://evil.example"),
    ):
        refused = _check(Phone(), question)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.PUSH_ANSWER_INVALID


def test_an_answer_by_another_phone_is_none() -> None:
    """By another name, or by this name under another key."""
    mine, other = Phone(), Phone(device="pdv_bbbbbbbbbbbbbbbb")
    forged = replace(Phone(), device=mine.device)
    for phone in (other, forged):
        given = hand(QUESTION, phone.answer(QUESTION, Decision.APPROVE, "123456"))
        refused = PUSH.check(_state(mine), given, ASKED, asked=_asked())
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.PUSH_ANSWER_INVALID


def test_an_answer_is_good_for_two_minutes() -> None:
    """Up to the last moment, and not at its end."""
    phone = Phone()
    given = hand(QUESTION, phone.answer(QUESTION, Decision.APPROVE, "123456"))
    asked = _asked()
    assert isinstance(PUSH.check(_state(phone), given, ASKED.plus(LIFE - 0.001), asked=asked), Passed)
    assert PUSH.check(_state(phone), given, ASKED.plus(LIFE), asked=asked) == Refused(Reason.PUSH_EXPIRED)


def test_an_answer_is_used_once() -> None:
    """The next state remembers the request; with it the same answer is a replay."""
    phone = Phone()
    given = hand(QUESTION, phone.answer(QUESTION, Decision.APPROVE, "123456"))
    checked = PUSH.check(_state(phone), given, ASKED, asked=_asked())
    assert isinstance(checked, Passed)
    assert checked.value.next_state is not None
    again = PUSH.check(checked.value.next_state, given, ASKED, asked=_asked())
    assert isinstance(again, Refused)
    assert again.reason is Reason.CODE_REPLAYED


@pytest.mark.parametrize("typed", ["123456", "", "{}", '{"question":{},"answer":{}}'])
def test_what_a_page_types_is_no_answer(typed: str) -> None:
    """Only what a phone signed is looked at; and nothing passes that was not asked for."""
    phone = Phone()
    refused = PUSH.check(_state(phone), Secret(typed), ASKED, asked=_asked())
    assert isinstance(refused, Refused)
    given = hand(QUESTION, phone.answer(QUESTION, Decision.APPROVE, "123456"))
    assert isinstance(PUSH.check(_state(phone), given, ASKED), Refused)


def test_a_question_is_new_each_time() -> None:
    """Six digits and a request id from the generator, two minutes, sent as one prompt; all digits occur."""
    entropy = SeededEntropy()
    made = [PUSH.challenge([], entropy, ASKED) for _ in range(300)]
    codes = [one.remember["code"] for one in made]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert {code[0] for code in codes} == set("0123456789")
    assert len({one.remember["request"] for one in made}) == 300
    one = made[0]
    assert one.show["code"] == one.remember["code"]
    assert one.remember["expires"] - one.remember["asked"] == 120_000
    assert one.send is not None
    assert (one.send.channel, one.send.life) == (Channel.PUSH, 120)
    assert one.remember["code"] not in str(one.send.facts)


def test_three_prompts_in_ten_minutes() -> None:
    """What the factor allows to be sent to one person."""
    assert (PUSH.sends.most, PUSH.sends.within) == (3, 600)


def test_the_offer_is_a_link_whose_token_stays_in_the_browser() -> None:
    """It stands in the fragment; shown again it is the same; another offer has another token."""
    entropy = SeededEntropy()
    begun = PUSH.offer(ALICE, entropy)
    address, fragment = begun.show.uri.split("#")
    assert address == "https://api.example.com/.twogate/phone"
    assert fragment == begun.remember["token"]
    assert len(fragment) == len("tg_pair_") + 43
    assert PUSH.again(ALICE, begun.remember) == begun.show
    assert PUSH.offer(ALICE, entropy).remember["token"] != fragment


def _register(phone: Phone, token: str, *, typed: str | None = None, **other: Any) -> Secret:
    said = {**phone.pairing(token), **other}
    registration = Registration(PushDeviceId(phone.device), said["jwk"], said["label"], said["signature"])
    return hand_registration(registration, Secret(phone.pairing_code(token) if typed is None else typed))


def test_a_phone_is_taken_with_its_code() -> None:
    """Its key and name become the credential; its identifier is what the server calls it."""
    memory, phone = PUSH.offer(ALICE, SeededEntropy()).remember, Phone()
    taken = PUSH.accept(memory, _register(phone, memory["token"]), NOON)
    assert isinstance(taken, Passed)
    assert isinstance(taken.value, Accepted)
    assert taken.value.state == _state(phone)
    assert taken.value.label == phone.label
    assert PUSH.identifier(taken.value.state) == phone.device


def test_a_phone_is_not_taken_otherwise() -> None:
    """Another code, a foreign token, another label or key than was signed, a key that is none, no phone at all."""
    memory, phone = PUSH.offer(ALICE, SeededEntropy()).remember, Phone()
    token, foreign = memory["token"], PUSH.offer(ALICE, SeededEntropy("other")).remember["token"]
    wrong = f"{(int(phone.pairing_code(token)) + 1) % 1_000_000:06d}"
    assert PUSH.accept(memory, _register(phone, token, typed=wrong), NOON) == Refused(Reason.CODE_WRONG)
    assert PUSH.accept(memory, Secret("123456"), NOON) == Refused(Reason.CODE_MALFORMED)
    for given in (
        _register(phone, foreign),
        _register(phone, token, label="Someone else's"),
        _register(phone, token, jwk=Phone().jwk),
        _register(phone, token, jwk={**phone.jwk, "y": phone.jwk["x"]}),
    ):
        refused = PUSH.accept(memory, given, NOON)
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.PUSH_ANSWER_INVALID


def test_proofs_name_their_phone() -> None:
    """So that it is checked against that one alone."""
    phone = Phone()
    assert PUSH.addressed(hand(QUESTION, phone.answer(QUESTION, Decision.DENY))) == phone.device
    assert PUSH.addressed(Secret("123456")) == ""


def test_a_decoy_takes_nothing() -> None:
    """Whatever is given."""
    decoy = PUSH.decoy(SeededEntropy())
    given = hand(QUESTION, replace(Phone(), device="").answer(QUESTION, Decision.APPROVE, "123456"))
    for one in (given, Secret(""), Secret("123456")):
        assert isinstance(PUSH.check(decoy, one, ASKED, asked=_asked()), Refused)
