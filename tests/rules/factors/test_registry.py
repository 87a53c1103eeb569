"""Every factor keeps the contract, and nothing else knows their names."""

import ast
from functools import cache
from pathlib import Path

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.client_certificate import CertificateRules
from twogate.rules.factors.contract import Account, Factor, Role
from twogate.rules.factors.registry import Parameters, registry
from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.rules.factors.telephone_code import TelephoneRules
from twogate.rules.factors.webauthn import PasskeyRules
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

CHEAP = Parameters(
    hashing=SlowHash(Cost(memory_kib=8, passes=1, lanes=1)),
    passkeys=PasskeyRules(rp_id="localhost", origin="http://localhost"),
    client_certificate=CertificateRules(),
    sms=TelephoneRules(),
    voice=TelephoneRules(),
)
FACTORS = registry(CHEAP).factors
SOURCE = Path(__file__).resolve().parents[3] / "src/twogate"


def test_each_role_is_filled() -> None:
    """One factor goes with a name, one or more come second, one stands in."""
    found = registry(CHEAP)
    assert found.first.role is Role.FIRST
    assert found.of_role(Role.SECOND)
    assert [one.self_service for one in found.of_role(Role.RECOVERY)] == [True, False]
    assert found.get(found.first.name) is found.first
    assert found.get("no such factor") is None


def test_names_and_lanes_are_apart() -> None:
    """Password, code, passkey and recovery tries are counted in budgets of their own."""
    assert len({factor.name for factor in FACTORS}) == len(FACTORS)
    assert {factor.lane for factor in FACTORS} == {"password", "code", "passkey", "recovery"}


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_the_contract_is_kept(factor: Factor) -> None:
    """An offer hides itself, a decoy refuses, a state is plain JSON."""
    begun = factor.offer(Account("Example", "alice", handle="usr_a"), SeededEntropy())
    for secret in (begun.show.uri, begun.show.secret, *begun.show.codes):
        assert not secret or secret not in repr(begun)
    assert isinstance(factor.check(factor.decoy(SeededEntropy()), Secret("x"), NOON), Refused)
    assert factor.prompt.title
    assert factor.prompt.label


@cache
def _words(module: Path) -> tuple[frozenset[object], tuple[str, ...]]:
    """The texts a module has as values, and the modules it imports from."""
    nodes = tuple(ast.walk(ast.parse(module.read_text())))
    values = frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return values, tuple(node.module or "" for node in nodes if isinstance(node, ast.ImportFrom))


def _names(module: Path, factor: str) -> bool:
    """Whether a module imports the factor's file or has its name as a value."""
    values, imported = _words(module)
    return factor in values or any(one.endswith(f"factors.{factor}") for one in imported)


@pytest.mark.parametrize("factor", [one for one in FACTORS if one.role is not Role.FIRST], ids=lambda one: one.name)
def test_few_files_know_a_factor_by_name(factor: Factor) -> None:
    """A factor is a file, a line in the registry, its dials, and a door or two that name it."""
    knowing = [str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if _names(path, factor.name)]
    assert len(knowing) <= 5, knowing
