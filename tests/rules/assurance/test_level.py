"""What proofs add up to, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON
from tests.rules.assurance.proofs import NATURES, proof, proofs

from twogate.rules.assurance.level import Assurance, Level, add_up
from twogate.terms.instant import Instant

_TABLE = [
    # proofs                          level         categories  amr
    ((), Level.NONE, 0, ()),
    (("location",), Level.NONE, 0, ()),
    (("email",), Level.NONE, 0, ()),
    (("password",), Level.AAL1, 1, ("pwd",)),
    (("totp",), Level.AAL1, 1, ("otp",)),
    (("recovery",), Level.AAL1, 0, ("otp",)),
    (("password", "pin"), Level.AAL1, 1, ("pin", "pwd")),
    (("totp", "sms"), Level.AAL1, 1, ("otp", "sms")),
    (("totp", "security_key"), Level.AAL1, 1, ("hwk", "otp")),
    (("password", "face"), Level.AAL1, 2, ("face", "pwd")),
    (("password", "recovery"), Level.AAL1, 1, ("otp", "pwd")),
    (("password", "email"), Level.AAL1, 1, ("pwd",)),
    (("password", "location"), Level.AAL1, 1, ("pwd",)),
    (("password", "totp"), Level.AAL2, 2, ("mfa", "otp", "pwd")),
    (("password", "totp", "recovery"), Level.AAL2, 2, ("mfa", "otp", "pwd")),
    (("password", "sms"), Level.AAL2, 2, ("mfa", "pwd", "sms")),
    (("face", "totp"), Level.AAL2, 2, ("face", "mfa", "otp")),
    (("password", "totp", "face"), Level.AAL2, 3, ("face", "mfa", "otp", "pwd")),
    (("passkey",), Level.PHR, 2, ("mfa", "swk")),
    (("password", "certificate"), Level.PHR, 2, ("mfa", "pwd", "swk")),
    (("synced_hardware",), Level.PHRH, 2, ("hwk", "mfa")),
    (("replayable_hardware",), Level.PHRH, 2, ("hwk", "mfa")),
    (("password", "security_key"), Level.AAL3, 2, ("hwk", "mfa", "pwd")),
    (("device_passkey",), Level.AAL3, 2, ("hwk", "mfa")),
    (("device_passkey", "password", "totp"), Level.AAL3, 2, ("hwk", "mfa", "otp", "pwd")),
]


@pytest.mark.parametrize(("factors", "level", "categories", "amr"), _TABLE, ids=str)
def test_what_proofs_add_up_to(factors: tuple[str, ...], level: Level, categories: int, amr: tuple[str, ...]) -> None:
    """Two proofs of one kind are one factor; context, mail and recovery codes raise nothing."""
    worth = add_up(proofs(*factors))
    assert (worth.level, worth.factors, worth.amr) == (level, categories, amr)


def test_the_levels_are_a_ladder_with_names() -> None:
    """Comparison decides, and each level is its ``acr`` value."""
    assert [level.acr for level in sorted(Level)] == ["none", "aal1", "aal2", "phr", "phrh", "aal3"]
    assert all(Level.from_acr(level.acr) is level for level in Level)
    with pytest.raises(ValueError, match="no such"):
        Level.from_acr("AAL2")


def test_auth_time_is_the_oldest_proof_that_the_level_needs() -> None:
    """An old proof that is needed ages the whole; one that is not needed does not."""
    old, new = NOON.plus(-900), NOON
    assert add_up([proof("password", at=old), proof("totp", at=new)]).auth_time == old
    assert add_up([proof("password", at=old), proof("pin", at=new)]).auth_time == new
    assert add_up([proof("totp", at=old), proof("password", at=old), proof("passkey", at=new)]).auth_time == new


def test_no_proofs_have_no_time() -> None:
    """Nobody is at time 0."""
    assert add_up([]) == Assurance(Level.NONE, 0, (), Instant(0))


@given(st.lists(st.sampled_from(sorted(NATURES)), max_size=6), st.sampled_from(sorted(NATURES)))
def test_one_proof_more_never_lowers_anything(factors: list[str], more: str) -> None:
    """Level and categories only grow, in whatever order proofs come."""
    before, after = add_up(proofs(*factors)), add_up(proofs(more, *factors))
    assert after.level >= before.level
    assert after.factors >= before.factors
    assert set(before.amr) <= set(after.amr)
    assert add_up(proofs(*reversed(factors))) == before
