"""Passwords are compared with the operator's collection of stolen ones."""

import hashlib
from pathlib import Path

from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Account
from twogate.rules.factors.registry import Parameters, registry
from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.services.breaches import with_breaches
from twogate.settings.factors import FactorSettings
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

CHEAP = Parameters(hashing=SlowHash(Cost(memory_kib=8, passes=1, lanes=1)))
STOLEN = "quite long but stolen lantern"


def test_a_stolen_password_is_refused_with_its_count(tmp_path: Path) -> None:
    """However long and unusual it is; any other passes, and without a collection this one does too."""
    digest = hashlib.sha1(STOLEN.encode(), usedforsecurity=False).hexdigest().upper()
    path = tmp_path / "pwned.txt"
    path.write_text(f"{digest}:37\n")
    factor = registry(with_breaches(CHEAP, FactorSettings(password_breaches=path))).first
    memory = factor.offer(Account("Example", "ann"), SeededEntropy()).remember
    refused = factor.accept(memory, Secret(STOLEN), NOON)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.detail) == (Reason.PASSWORD_BREACHED, "seen 37 times")
    assert isinstance(factor.accept(memory, Secret(STOLEN + "s"), NOON), Passed)
    without = registry(with_breaches(CHEAP, FactorSettings())).first
    assert isinstance(without.accept(memory, Secret(STOLEN), NOON), Passed)


def test_a_collection_that_has_gone_lets_none_pass(tmp_path: Path) -> None:
    """Not being able to look is not having found nothing."""
    path = tmp_path / "pwned.txt"
    path.write_text("0" * 40 + ":1\n")
    factor = registry(with_breaches(CHEAP, FactorSettings(password_breaches=path))).first
    path.unlink()
    memory = factor.offer(Account("Example", "ann"), SeededEntropy()).remember
    refused = factor.accept(memory, Secret(STOLEN), NOON)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BUSY
