"""Recovery codes: long, readable, single use."""

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Account, Begin, FactorState
from twogate.rules.factors.recovery_code import RecoveryCode
from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALICE = Account("Example", "alice")
RECOVERY = RecoveryCode(SlowHash(Cost(memory_kib=8, passes=1, lanes=1)))
WRONG = Refused(Reason.RECOVERY_CODE_WRONG)


@pytest.fixture
def made() -> Begin:
    return RECOVERY.offer(ALICE, SeededEntropy())


def _use(state: FactorState, code: str) -> FactorState | Refused:
    verdict = RECOVERY.check(state, Secret(code), NOON)
    if isinstance(verdict, Refused):
        return verdict
    assert verdict.value.next_state is not None
    return verdict.value.next_state


def test_there_are_ten_of_80_bits_in_groups_of_four(made: Begin) -> None:
    """Sixteen characters of a 32-letter alphabet that has no I, L, O or U."""
    assert len(set(made.show.codes)) == 10
    for code in made.show.codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert not set("".join(groups)) & set("ILOU")


def test_each_is_good_once(made: Begin) -> None:
    """Used codes are gone, the others stay; at the end none is left."""
    state = made.remember
    for number, code in enumerate(made.show.codes, start=1):
        after = _use(state, code)
        assert isinstance(after, dict)
        assert RECOVERY.left(after) == 10 - number
        assert _use(after, code) == WRONG
        state = after
    assert RECOVERY.left(state) == 0


def test_codes_are_read_as_people_copy_them(made: Begin) -> None:
    """Any case, spaces for dashes, letters for the digits they look like."""
    code = made.show.codes[0]
    for spelling in (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        f"  {code}\n",
        code.replace("1", "I").replace("0", "O"),
        code.replace("1", "l").replace("0", "o"),
    ):
        assert isinstance(_use(made.remember, spelling), dict)


@pytest.mark.parametrize(
    "text", ["", "AAAA-AAAA-AAAA-AAA", "AAAA-AAAA-AAAA-AAAA-A", "ÄAAA-AAAA-AAAA-AAAA", "U" * 16, "9" * 9999]
)
def test_what_is_no_code_is_wrong(made: Begin, text: str) -> None:
    """One reason for everything that is not one of the codes."""
    verdict = RECOVERY.check(made.remember, Secret(text), NOON)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.RECOVERY_CODE_WRONG


def test_broken_text_is_wrong(made: Begin) -> None:
    """Bytes that are no UTF-8 are refused."""
    verdict = RECOVERY.check(made.remember, Secret(b"\xff" * 16), NOON)
    assert isinstance(verdict, Refused)


def test_a_code_of_another_sheet_is_wrong(made: Begin) -> None:
    """Another account's codes, or the ones before these, do not work."""
    other = RECOVERY.offer(ALICE, SeededEntropy("another"))
    assert _use(made.remember, other.show.codes[0]) == WRONG


def test_only_salted_hashes_are_kept(made: Begin) -> None:
    """Neither a code nor a part of one is in the state; two sheets of the same codes differ."""
    text = repr(made.remember)
    for code in made.show.codes:
        assert code not in text
        assert code.replace("-", "") not in text
    assert all(digest.startswith("$argon2id$") for digest in made.remember["digests"])


def test_it_is_no_factor(made: Begin) -> None:
    """A recovery code opens the door, it never counts as a second factor."""
    nature = RECOVERY.nature(made.remember)
    assert nature.recovery
    assert nature.replay_resistant


def test_codes_work_as_soon_as_they_are_saved(made: Begin) -> None:
    """There is nothing to confirm, and they cannot be shown again."""
    accepted = RECOVERY.accept(made.remember, Secret(""), NOON)
    assert isinstance(accepted, Passed)
    assert accepted.value.state == made.remember
    assert RECOVERY.again(ALICE, made.remember).codes == ()


def test_a_decoy_passes_nothing(made: Begin) -> None:
    """It looks like a sheet with one code that nobody has."""
    decoy = RECOVERY.decoy(SeededEntropy("decoy"))
    assert RECOVERY.left(decoy) == 1
    assert _use(decoy, made.show.codes[0]) == WRONG
