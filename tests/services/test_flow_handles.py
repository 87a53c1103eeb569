"""A flow is sealed under the handle that its caller holds."""

from dataclasses import replace

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.assurance.level import Level
from twogate.rules.signin.state import Need, Purpose, State, Step
from twogate.services.flow_handles import new_handle, opened, sealed
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Flow
from twogate.terms.verdict import Refused

STATE = State(Purpose.SIGN_IN, Step.ENROL, Need(Level.AAL2), NOON, name="alice", memory={"secret": "JBSWY3DPEHPK3PXP"})
ENTROPY = SeededEntropy()
HANDLE = new_handle(ENTROPY)
FLOW = sealed(STATE, HANDLE, expires=NOON.plus(600), entropy=ENTROPY)


def _open(flow: Flow | None = FLOW, handle: Secret = HANDLE, *, purpose: Purpose = Purpose.SIGN_IN) -> State | Reason:
    found = opened(flow, handle, purposes=(purpose,), now=NOON)
    return found.reason if isinstance(found, Refused) else found


def test_what_was_sealed_is_opened_by_its_handle() -> None:
    """The state comes back as it was."""
    assert _open() == STATE
    assert FLOW.handle_digest == HANDLE.sha256()


def test_the_row_shows_nothing() -> None:
    """Neither the name nor the secret of the factor that is being set up."""
    for word in ("alice", "JBSWY3DPEHPK3PXP", "enrol", HANDLE.text()):
        assert word not in FLOW.state


def test_another_handle_opens_nothing() -> None:
    """Not even if its digest were put into the row."""
    other = new_handle(ENTROPY)
    assert _open(replace(FLOW, handle_digest=other.sha256()), other) is Reason.FLOW_UNKNOWN


@pytest.mark.parametrize("text", ["", "!", "QUJD", FLOW.state[:-4] + "AAA=", "A" + FLOW.state[1:]])
def test_an_altered_row_is_unknown(text: str) -> None:
    """Whoever can write to the database cannot forge a flow."""
    assert _open(replace(FLOW, state=text)) is Reason.FLOW_UNKNOWN


def test_no_row_an_old_row_and_another_purpose_are_refused() -> None:
    """Each with its reason."""
    assert _open(None) is Reason.FLOW_UNKNOWN
    assert _open(replace(FLOW, expires=NOON)) is Reason.FLOW_EXPIRED
    assert _open(purpose=Purpose.ENROL) is Reason.FLOW_UNKNOWN
