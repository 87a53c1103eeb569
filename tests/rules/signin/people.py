"""An account as facts, for the tables."""

from dataclasses import replace

from tests.ports import NOON
from tests.rules.assurance.proofs import NATURES

from twogate.rules.assurance.level import Level
from twogate.rules.factors.contract import Role
from twogate.rules.signin.facts import Enrolled, Facts, Offered
from twogate.rules.signin.state import Need, Purpose, State, Step
from twogate.terms.ids import CredentialId, SessionId, UserId
from twogate.terms.proof import Proof

ALICE = UserId("usr_alice")
ROLES = {"password": Role.FIRST, "recovery": Role.RECOVERY}


def enrolled(factor: str, *, usable: bool = True, number: int = 1) -> Enrolled:
    role = ROLES.get(factor, Role.SECOND)
    return Enrolled(CredentialId(f"crd_{factor}{number}"), factor, role, NATURES[factor], usable=usable)


def facts(*factors: str, enrolled_once: bool | None = None, second_always: bool = True) -> Facts:
    """Alice with these factors; a second one means that there was one once."""
    had = any(factor not in ROLES for factor in factors) if enrolled_once is None else enrolled_once
    return Facts(
        now=NOON,
        first="password",
        name="alice",
        user=ALICE,
        enrolled_once=had,
        enrolled=tuple(enrolled(factor) for factor in factors),
        offered=(Offered("totp", NATURES["totp"]), Offered("passkey", NATURES["passkey"])),
        second_always=second_always,
    )


def signing_in(level: Level = Level.AAL1, *, max_age: int | None = None) -> State:
    return State(Purpose.SIGN_IN, Step.FIRST, Need(level, max_age), NOON)


def stepping_up(level: Level, *shown: Proof, max_age: int | None = None) -> State:
    return replace(
        State(Purpose.STEP_UP, Step.NEXT, Need(level, max_age), NOON),
        user=ALICE,
        name="alice",
        session=SessionId("ses_1"),
        proofs=shown,
    )
