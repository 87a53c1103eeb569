"""How an answer travels between where it came in and where it is checked."""

import json

import pytest
from tests.phone import QUESTION, Phone

from twogate.rules.factors.push import answers
from twogate.terms.push import Decision, PushDeviceId, Registration
from twogate.terms.secret import Secret


def test_what_is_handed_comes_back() -> None:
    """A question with its answer, and a registration with what was typed."""
    answer = Phone().answer(QUESTION, Decision.APPROVE, "123456")
    assert answers.read_handed(answers.hand(QUESTION, answer)) == answers.Handed(QUESTION, answer)
    registration = Registration(PushDeviceId("pdv_a"), Phone().jwk, "Chrome on Android", "s" * 86)
    handed = answers.read_registration(answers.hand_registration(registration, Secret(" 123-456 ")))
    assert handed == answers.HandedRegistration(registration, "123456")


@pytest.mark.parametrize(
    "text",
    ["", "1", "[]", "{}", '{"question":1,"answer":2}', "\x00", "{" * 5000, '{"registration":{"jwk":3},"typed":1}'],
)
def test_anything_else_is_no_answer(text: str) -> None:
    """What a page could type into its field is read as nothing."""
    assert answers.read_handed(Secret(text)) is None
    assert answers.read_registration(Secret(text)) is None


def test_bytes_that_are_no_text_are_no_answer() -> None:
    """Nor do they raise."""
    assert answers.read_handed(Secret(b"\xff\xfe")) is None
    registration = Registration(PushDeviceId("pdv_a"), Phone().jwk, "x", "s")
    handed = answers.read_registration(answers.hand_registration(registration, Secret(b"\xff")))
    assert handed is not None
    assert handed.typed == ""


def test_a_decision_is_of_the_closed_list() -> None:
    """An answer that says anything but approve, deny or report is none."""
    answer = answers.answer_to_json(Phone().answer(QUESTION, Decision.DENY))
    handed = {"question": answers.question_to_json(QUESTION), "answer": {**answer, "decision": "maybe"}}
    assert answers.read_handed(Secret(json.dumps(handed))) is None
