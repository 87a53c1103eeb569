"""What is lost when somebody sets up a new authenticator after a recovery."""

import pytest
from tests.ports import NOON

from twogate.rules.recovery.given_up import GivenUp, all_was_lost, given_up
from twogate.terms.account import Credential
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.proof import Category, Nature, Proof

SECONDS = {"totp", "webauthn", "push"}
_RECOVERY = Nature(frozenset({Category.HELD}), ("otp",), replay_resistant=True, recovery=True)
_USUAL = Nature(frozenset({Category.KNOWN}), ("pwd",))


def _own(factor: str, *, off: bool = False) -> Credential:
    name = CredentialId(f"crd_{factor}")
    return Credential(name, UserId("usr_ann"), factor, factor, {}, 0, NOON, disabled=NOON if off else None)


def _proof(factor: str, *, recovery: bool = False) -> Proof:
    return Proof(factor, CredentialId(f"crd_{factor}"), _RECOVERY if recovery else _USUAL, NOON)


OWN = tuple(map(_own, ("password", "totp", "webauthn", "push", "recovery_code", "recovery_pass")))
PASSWORD, SHEET, PASS = (
    _proof("password"),
    _proof("recovery_code", recovery=True),
    _proof("recovery_pass", recovery=True),
)


def _names(given: GivenUp) -> tuple[list[str], list[str]]:
    return [one.factor for one in given.replaced], [one.factor for one in given.off]


@pytest.mark.parametrize(
    ("proofs", "lost"),
    [
        ((), ([], [])),
        ((PASSWORD, _proof("webauthn")), ([], [])),
        ((PASSWORD, SHEET), (["totp"], [])),
        ((PASSWORD, PASS), (["totp"], ["webauthn", "push"])),
        ((PASSWORD, PASS, _proof("push")), (["totp"], ["webauthn"])),
    ],
)
def test_what_was_not_shown_after_a_pass_is_lost(proofs: tuple[Proof, ...], lost: tuple[list[str], list[str]]) -> None:
    """A code of the sheet replaces its own kind; a pass switches off every second factor that was not shown since."""
    assert _names(given_up(OWN, proofs, kind="totp", seconds=SECONDS)) == lost


def test_what_is_off_stays_as_it_is() -> None:
    """Since when it is off is not written anew."""
    own = (_own("webauthn", off=True), _own("totp", off=True))
    assert _names(given_up(own, (PASSWORD, PASS), kind="totp", seconds=SECONDS)) == (["totp"], [])


def test_only_a_pass_says_that_all_was_lost() -> None:
    """Not a code of the sheet."""
    assert [all_was_lost((PASSWORD, one)) for one in (SHEET, PASS, PASSWORD)] == [False, True, False]
