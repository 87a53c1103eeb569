"""Which factors may answer now."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.rules.assurance.proofs import proof, proofs
from tests.rules.signin.people import ALICE, enrolled, facts, signing_in, stepping_up

from twogate.rules.assurance.level import Level
from twogate.rules.signin import ways
from twogate.rules.signin.facts import Facts
from twogate.rules.signin.state import State, Step
from twogate.terms.proof import Proof

_OLD = NOON.plus(-900)


def _after_password(level: Level = Level.AAL1) -> State:
    return replace(signing_in(level), step=Step.NEXT, user=ALICE, proofs=proofs("password"))


def _answers(state: State, own: Facts) -> list[str]:
    return [one.factor for one in ways.answers(state, own)]


@pytest.mark.parametrize(
    ("own", "level", "answers"),
    [
        (("password", "totp"), Level.AAL1, ["totp"]),
        (("password", "totp", "recovery"), Level.AAL1, ["totp", "recovery"]),
        (("password", "totp", "sms"), Level.AAL2, ["totp", "sms"]),
        (("password", "totp", "certificate"), Level.PHR, ["certificate"]),
        (("password", "totp", "passkey"), Level.PHR, ["passkey"]),
        (("password", "recovery"), Level.AAL1, ["recovery"]),
        (("password",), Level.AAL1, []),
    ],
)
def test_after_the_password(own: tuple[str, ...], level: Level, answers: list[str]) -> None:
    """Everything that brings the need nearer may answer, and recovery codes beside it."""
    assert _answers(_after_password(level), facts(*own)) == answers


@pytest.mark.parametrize(
    ("shown", "answers"),
    [
        (proofs("password", "totp", at=_OLD), ["password"]),
        ((proof("password"), proof("totp", at=_OLD)), ["totp"]),
        ((proof("password", at=_OLD), proof("totp")), ["password"]),
        (proofs("password"), ["totp"]),
    ],
)
def test_in_a_step_up(shown: tuple[Proof, ...], answers: list[str]) -> None:
    """What is too old or missing, the password first; recovery codes never."""
    own = facts("password", "totp", "recovery")
    assert _answers(stepping_up(Level.AAL2, *shown, max_age=300), own) == answers


def test_used_up_recovery_codes_are_not_asked_for() -> None:
    """An empty sheet is no way in."""
    own = facts("password", "totp")
    own = replace(own, enrolled=(*own.enrolled, enrolled("recovery", usable=False)))
    assert _answers(_after_password(), own) == ["totp"]


def test_a_second_factor_is_needed_at_every_sign_in() -> None:
    """Unless the operator wants it only where a rule asks for it; never in a step-up that asks for less."""
    state = signing_in(Level.AAL1)
    assert ways.needed(state, facts("password")).level is Level.AAL2
    assert ways.needed(state, facts("password", second_always=False)).level is Level.AAL1
    assert ways.needed(signing_in(Level.NONE), facts("password", second_always=False)).level is Level.AAL1
    assert ways.needed(stepping_up(Level.AAL1), facts("password")).level is Level.AAL1
    assert ways.needed(signing_in(Level.PHR), facts("password")).level is Level.PHR


@pytest.mark.parametrize(
    ("state", "own", "offered"),
    [
        (_after_password(), facts("password"), ("totp", "passkey")),
        (_after_password(Level.PHR), facts("password"), ("passkey",)),
        (_after_password(Level.AAL3), facts("password"), ()),
        (_after_password(), facts("password", enrolled_once=True), ()),
        (_after_password(), facts("password", "totp"), ()),
        (_after_password(), facts(), ()),
        (replace(_after_password(), recovering=True), facts("password", "totp"), ("totp", "passkey")),
    ],
)
def test_what_may_be_set_up(state: State, own: Facts, offered: tuple[str, ...]) -> None:
    """On a password alone only before there ever was a second factor, and only what would be enough."""
    assert ways.may_enrol(state, own) == offered


def test_a_first_factor_is_set_up_soon_after_the_password() -> None:
    """A session left open is not enough to add a factor: the password is asked for again first."""
    old = stepping_up(Level.AAL2, *proofs("password", at=_OLD))
    assert not ways.ready_to_enrol(old, facts("password"))
    assert _answers(old, facts("password")) == ["password"]
    assert ways.ready_to_enrol(stepping_up(Level.AAL2, *proofs("password")), facts("password"))
