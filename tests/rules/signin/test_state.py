"""A flow's state survives being written, and holds no secret but the one of a factor that is being set up."""

import pytest
from tests.ports import NOON
from tests.rules.assurance.proofs import NATURES, proof

from twogate.rules.assurance.level import Level
from twogate.rules.signin.state import Need, Purpose, State, Step
from twogate.terms.ids import ClientId, SessionId, UserId

FULL = State(
    purpose=Purpose.STEP_UP,
    step=Step.ENROL,
    need=Need(Level.PHRH, 300, 2),
    started=NOON,
    client=ClientId("cli_1"),
    return_to="/orders?x=1",
    name="zoë",
    user=UserId("usr_1"),
    session=SessionId("ses_1"),
    proofs=tuple(proof(factor, number=index) for index, factor in enumerate(NATURES)),
    recovering=True,
    enrolling="totp",
    memory={"secret": "JBSWY3DPEHPK3PXP", "digits": 6},
    tries=3,
    typing="[[0,90],[150,240]]",
)


@pytest.mark.parametrize("state", [FULL, State(Purpose.SIGN_IN, Step.FIRST, Need(Level.AAL1), NOON)])
def test_what_is_written_is_read_back(state: State) -> None:
    """Every field, proofs of every nature included."""
    assert State.from_json(state.to_json()) == state


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"need":1}', FULL.to_json().replace("step_up", "other")])
def test_anything_else_is_no_state(text: str) -> None:
    """Damaged or foreign text raises one of three errors that the caller expects."""
    with pytest.raises((ValueError, KeyError, TypeError)):
        State.from_json(text)


def test_the_memory_is_not_shown() -> None:
    """Neither in a log nor in a traceback."""
    assert "JBSWY3DPEHPK3PXP" not in repr(FULL)
