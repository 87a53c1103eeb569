"""How a phone's answer travels from where it came in to where it is checked: as one JSON text.

Decides that text, in both directions. Nothing is believed because it stands in it: ``factor`` checks the signature.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twogate.terms.instant import Instant
from twogate.terms.push import Answer, Decision, PromptId, PushDeviceId, Question, Registration
from twogate.terms.secret import Secret

_LONGEST = 4096
_SEPARATORS = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class Handed:
    """A question and its answer."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class HandedRegistration:
    """A phone that wants to be paired, and the digits typed on the first screen."""

    registration: Registration
    typed: str


def hand(question: Question, answer: Answer) -> Secret:
    """What ``check`` is given."""
    return _text({"question": question_to_json(question), "answer": answer_to_json(answer)})


def hand_registration(registration: Registration, typed: Secret) -> Secret:
    """What ``accept`` is given."""
    return _text({"registration": registration_to_json(registration), "typed": _digits(typed)})


def read_handed(given: Secret) -> Handed | None:
    """Read what ``hand`` wrote; None when it is anything else."""
    try:
        raw = _object(given)
        return Handed(question_from_json(raw["question"]), answer_from_json(raw["answer"]))
    except (ValueError, KeyError, TypeError):
        return None


def read_registration(given: Secret) -> HandedRegistration | None:
    """Read what ``hand_registration`` wrote; None when it is anything else."""
    try:
        raw = _object(given)
        return HandedRegistration(registration_from_json(raw["registration"]), str(raw["typed"]))
    except (ValueError, KeyError, TypeError):
        return None


def question_to_json(question: Question) -> dict[str, Any]:
    """Write a question."""
    return {
        "id": question.id,
        "origin": question.origin,
        "account": question.account,
        "action": question.action,
        "place": question.place,
        "asked": int(question.asked),
    }


def question_from_json(raw: Mapping[str, Any]) -> Question:
    """Read one.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    return Question(
        id=PromptId(str(raw["id"])),
        origin=str(raw["origin"]),
        account=str(raw["account"]),
        action=str(raw["action"]),
        place=str(raw["place"]),
        asked=Instant(raw["asked"]),
    )


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Write an answer."""
    return {
        "device": answer.device,
        "decision": answer.decision.value,
        "code": answer.code,
        "answered": int(answer.answered),
        "signature": answer.signature,
    }


def answer_from_json(raw: Mapping[str, Any]) -> Answer:
    """Read one; errors as above."""
    return Answer(
        device=PushDeviceId(str(raw["device"])),
        decision=Decision(raw["decision"]),
        code=str(raw["code"]),
        answered=Instant(raw["answered"]),
        signature=str(raw["signature"]),
    )


def registration_to_json(registration: Registration) -> dict[str, Any]:
    """Write a registration."""
    return {
        "device": registration.device,
        "jwk": dict(registration.jwk),
        "label": registration.label,
        "signature": registration.signature,
    }


def registration_from_json(raw: Mapping[str, Any]) -> Registration:
    """Read one; errors as above."""
    return Registration(
        device=PushDeviceId(str(raw["device"])),
        jwk={str(name): str(value) for name, value in raw["jwk"].items()},
        label=str(raw["label"]),
        signature=str(raw["signature"]),
    )


def _text(value: dict[str, Any]) -> Secret:
    return Secret(json.dumps(value, separators=(",", ":")))


def _object(given: Secret) -> dict[str, Any]:
    raw = json.loads(given.text()) if len(given) <= _LONGEST else None
    if not isinstance(raw, dict):
        raise TypeError("not an object")
    return raw


def _digits(typed: Secret) -> str:
    """What was typed, in groups or not."""
    try:
        return _SEPARATORS.sub("", typed.text())
    except UnicodeError:
        return ""
