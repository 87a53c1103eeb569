"""Who may change an account's own factors."""

from dataclasses import replace

import pytest
from tests.ports import NOON
from tests.rules.assurance.proofs import proof, proofs
from tests.rules.signin.people import enrolled, facts

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.signin.upkeep import needed, refuse_addition, refuse_change, refuse_removal
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason

FRESH = 300
_OLD = NOON.plus(-FRESH - 1)


@pytest.mark.parametrize(
    ("own", "level"),
    [
        (("password",), Level.AAL1),
        (("password", "recovery"), Level.AAL1),
        (("password", "totp"), Level.AAL2),
        (("password", "totp", "passkey"), Level.PHR),
    ],
)
def test_the_highest_level_of_the_account_is_needed(own: tuple[str, ...], level: Level) -> None:
    """Fresh, and never less than the account can show (63B-4, 4.1.2)."""
    assert needed(facts(*own), fresh=FRESH) == Need(level, FRESH)


def test_a_lost_second_factor_lowers_nothing() -> None:
    """Where one existed once, a password alone changes nothing for ever."""
    bare = facts("password", enrolled_once=True)
    assert needed(bare, fresh=FRESH).level is Level.AAL2
    assert refuse_addition(proofs("password"), bare, fresh=FRESH) is not None


@pytest.mark.parametrize(
    ("shown", "change", "addition"),
    [
        (proofs("password", "totp"), None, None),
        (proofs("password", "totp", at=_OLD), Reason.PROOF_TOO_OLD, Reason.PROOF_TOO_OLD),
        ((proof("password", at=_OLD), proof("totp")), Reason.PROOF_TOO_OLD, Reason.PROOF_TOO_OLD),
        (proofs("password"), Reason.LEVEL_TOO_LOW, Reason.LEVEL_TOO_LOW),
        (proofs("totp"), Reason.LEVEL_TOO_LOW, Reason.LEVEL_TOO_LOW),
        (proofs("recovery"), Reason.LEVEL_TOO_LOW, Reason.LEVEL_TOO_LOW),
        (proofs("password", "recovery"), Reason.LEVEL_TOO_LOW, None),
        (proofs("password", "recovery", at=_OLD), Reason.LEVEL_TOO_LOW, Reason.LEVEL_TOO_LOW),
        ((), Reason.LEVEL_TOO_LOW, Reason.LEVEL_TOO_LOW),
    ],
)
def test_who_may_change_and_who_may_add(
    shown: tuple[Proof, ...], change: Reason | None, addition: Reason | None
) -> None:
    """A session that is merely open may do neither; password and recovery code together may add a factor."""
    own = facts("password", "totp", "recovery")
    for refuse, expected in ((refuse_change, change), (refuse_addition, addition)):
        refused = refuse(shown, own, fresh=FRESH)
        assert (refused.reason if refused else None) == expected


def test_the_last_second_factor_stays_unless_recovery_codes_are_left() -> None:
    """Nobody locks themselves out by mistake."""
    gone = enrolled("totp").credential
    alone = facts("password", "totp")
    assert refuse_removal(gone, alone) is not None
    assert refuse_removal(gone, facts("password", "totp", "passkey")) is None
    assert refuse_removal(gone, facts("password", "totp", "recovery")) is None
    used_up = (*alone.enrolled, enrolled("recovery", usable=False))
    assert refuse_removal(gone, replace(alone, enrolled=used_up)) is not None
    mail = enrolled("passkey")
    mail = replace(mail, nature=replace(mail.nature, raises_assurance=False))
    assert refuse_removal(gone, replace(alone, enrolled=(*alone.enrolled, mail))) is not None


@pytest.mark.parametrize("factor", ["password", "recovery", "sms"])
def test_only_second_factors_can_be_removed(factor: str) -> None:
    """Not the password, not the recovery codes, not what is not enrolled."""
    refused = refuse_removal(enrolled(factor).credential, facts("password", "totp", "passkey", "recovery"))
    assert refused is not None
    assert refused.reason is Reason.FACTOR_NOT_OFFERED
