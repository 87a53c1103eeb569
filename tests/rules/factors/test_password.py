"""What may be a password, and whether this is the one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Account, Checked, FactorState
from twogate.rules.factors.password import Password, PasswordRules
from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.terms.proof import Category
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALICE = Account("Example Payments", "alice", ("Alice Liddell", "alice.liddell"))
CHEAP = SlowHash(Cost(memory_kib=8, passes=1, lanes=1))
PASSWORD = Password(CHEAP)
GOOD = Secret("plum-orbit-lantern")


def _accept(text: str | bytes, password: Password = PASSWORD) -> FactorState | Refused:
    memory = password.offer(ALICE, SeededEntropy()).remember
    verdict = password.accept(memory, Secret(text), NOON)
    return verdict if isinstance(verdict, Refused) else verdict.value.state


def _reason(text: str | bytes, password: Password = PASSWORD) -> Reason | None:
    verdict = _accept(text, password)
    return verdict.reason if isinstance(verdict, Refused) else None


@pytest.mark.parametrize(
    "text",
    [
        "plum-orbit-lantern",
        "zq8#Lm2@vT",
        "vier grüne Wölkchen",
        "ночной чайник поёт",
        "🦊🪐🧵🥝🪗🛶🧊🎯",
        "no digits no capitals here",
        "12 drummers 11 pipers",
        "w7!" + "correct horse battery staple " * 3,
    ],
)
def test_no_composition_rules(text: str) -> None:
    """Any printing characters, blanks and Unicode may be a password (63B-4, 3.1.1.2)."""
    assert _reason(text) is None


def test_length_counts_code_points() -> None:
    """Eight code points are enough whatever their bytes; seven are not."""
    assert _reason("żółwiątk") is None
    assert _reason("żółwiąt") is Reason.PASSWORD_TOO_SHORT
    assert _reason("🦊🪐🧵🥝🪗🛶🧊") is Reason.PASSWORD_TOO_SHORT
    assert _reason("plum-orbit-lan", Password(CHEAP, PasswordRules(minimum=15))) is Reason.PASSWORD_TOO_SHORT


def test_long_ones_are_taken_and_not_cut_off() -> None:
    """Up to 1024 bytes, and every byte counts (63B-4: at least 64 characters, no truncation)."""
    text = "".join(chr(33 + (index * 7) % 90) for index in range(1024))
    state = _accept(text)
    assert isinstance(state, dict)
    assert isinstance(PASSWORD.check(state, Secret(text), NOON), Passed)
    assert PASSWORD.check(state, Secret(text[:-1] + "~"), NOON) == Refused(Reason.PASSWORD_WRONG)
    assert _reason(text + "x") is Reason.PASSWORD_TOO_LONG
    assert PASSWORD.check(state, Secret(text * 2), NOON) == Refused(Reason.PASSWORD_WRONG)


@pytest.mark.parametrize(
    "text", ["password", "qwertyuiop", "12345678", "iloveyou", "P@ssw0rd", "sunshine1", "DRAGON123"]
)
def test_common_ones_are_refused(text: str) -> None:
    """The whole password is looked up, and near spellings with it."""
    assert _reason(text) is Reason.PASSWORD_COMMON


@pytest.mark.parametrize("text", ["aaaaaaaaaaaa", "abcdefgh", "alicealice", "Liddell1", "20011970"])
def test_easy_ones_are_refused_with_advice(text: str) -> None:
    """Patterns and what belongs to the account are easy to guess; the person is told what would be better."""
    verdict = _accept(text)
    assert isinstance(verdict, Refused)
    assert verdict.reason in {Reason.PASSWORD_WEAK, Reason.PASSWORD_COMMON}
    assert text not in verdict.detail


@pytest.mark.parametrize("text", ["Example Payments", "alice liddell", "ALICE.LIDDELL"])
def test_the_account_itself_is_no_password(text: str) -> None:
    """Neither the service's name nor the person's."""
    assert _reason(text) is Reason.PASSWORD_COMMON


def test_an_operator_may_refuse_more() -> None:
    """A list of the operator's own is compared without case."""
    password = Password(CHEAP, PasswordRules(refused=frozenset({"wintermute gmbh"})))
    assert _reason("Wintermute GmbH", password) is Reason.PASSWORD_COMMON


def test_one_password_on_two_keyboards_is_one() -> None:
    """NFC: a letter and its accent typed apart are the letter typed at once."""
    state = _accept("cre\u0300me bru\u0302le\u0301e jazz")
    assert isinstance(state, dict)
    assert isinstance(PASSWORD.check(state, Secret("cr\u00e8me br\u00fbl\u00e9e jazz"), NOON), Passed)


def test_case_and_blanks_count() -> None:
    """Nothing is trimmed, folded or left out."""
    state = _accept(" Plum orbit lantern ")
    assert isinstance(state, dict)
    for wrong in ("Plum orbit lantern", " plum orbit lantern ", " Plum orbit  lantern "):
        assert PASSWORD.check(state, Secret(wrong), NOON) == Refused(Reason.PASSWORD_WRONG)


@pytest.mark.parametrize("wrong", ["", "plum-orbit-lanter", "x" * 5000, b"\xff\xfe", "plum-orbit-lantern\x00"])
def test_a_wrong_one_is_wrong(wrong: str | bytes) -> None:
    """Empty, nearly right, far too long or no text at all: one answer."""
    state = _accept(GOOD.text())
    assert isinstance(state, dict)
    assert PASSWORD.check(state, Secret(wrong), NOON) == Refused(Reason.PASSWORD_WRONG)


def test_broken_text_cannot_become_a_password() -> None:
    """Bytes that are no UTF-8 are refused before they are hashed."""
    assert _reason(b"\xff" * 20) is Reason.INPUT_MALFORMED


def test_a_decoy_passes_nothing_and_is_shaped_like_the_real_thing() -> None:
    """Not even what an empty or broken input is hashed as."""
    decoy = PASSWORD.decoy(SeededEntropy())
    real = _accept(GOOD.text())
    assert isinstance(real, dict)
    assert len(decoy["hash"]) == len(real["hash"])
    for text in ("", GOOD.text(), b"\xff"):
        assert PASSWORD.check(decoy, Secret(text), NOON) == Refused(Reason.PASSWORD_WRONG)


def test_a_right_one_changes_nothing_unless_the_cost_changed() -> None:
    """After the operator raised the cost, the next right password is hashed anew."""
    state = _accept(GOOD.text())
    assert isinstance(state, dict)
    same = PASSWORD.check(state, GOOD, NOON)
    assert same == Passed(Checked(PASSWORD.nature(state), None))
    dearer = Password(SlowHash(Cost(memory_kib=16, passes=2, lanes=1)))
    raised = dearer.check(state, GOOD, NOON)
    assert isinstance(raised, Passed)
    assert raised.value.next_state is not None
    assert "m=16,t=2,p=1" in raised.value.next_state["hash"]
    assert dearer.check(raised.value.next_state, GOOD, NOON) == Passed(Checked(PASSWORD.nature({}), None))
    assert dearer.check(raised.value.next_state, Secret("wrong"), NOON) == Refused(Reason.PASSWORD_WRONG)


def test_its_nature_is_something_known() -> None:
    """One factor, whatever its strength."""
    assert PASSWORD.nature({}).categories == {Category.KNOWN}
    assert PASSWORD.nature({}).amr == ("pwd",)
    assert PASSWORD.left({}) is None
    assert "8" in PASSWORD.again(ALICE, {}).hint


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_any_input_gets_an_answer(text: str | bytes) -> None:
    """Whatever is given, it is taken or refused with a reason; nothing breaks."""
    try:
        given = Secret(text)
    except UnicodeEncodeError:
        return
    verdict = PASSWORD.refuse(given, words=("alice",))
    assert verdict is None or verdict.reason in {
        Reason.PASSWORD_TOO_SHORT,
        Reason.PASSWORD_TOO_LONG,
        Reason.PASSWORD_COMMON,
        Reason.PASSWORD_WEAK,
        Reason.INPUT_MALFORMED,
        Reason.PASSWORD_CHARACTERS,
    }


def test_one_password_on_two_keyboards() -> None:
    """Composed or not, with whatever kind of blank: RFC 8265 section 4.2 (OpaqueString) makes them one."""
    state = _accept("caf\u00e9 de flore, 3 fois")
    assert not isinstance(state, Refused)
    for spelling in ("cafe\u0301 de flore, 3 fois", "caf\u00e9\u00a0de\u3000flore, 3 fois"):
        assert isinstance(PASSWORD.check(state, Secret(spelling), NOON), Passed)
    for other in ("Caf\u00e9 de flore, 3 fois", "caf\u00e9  de flore, 3 fois", "caf\u00e9 de flore, 3 fois "):
        assert isinstance(PASSWORD.check(state, Secret(other), NOON), Refused)


@pytest.mark.parametrize(
    "text", ["plum\torbit lantern", "plum\u200borbit lantern", "plum\u202eorbit lantern", "plum\x00orbit"]
)
def test_what_cannot_be_typed_everywhere_is_refused(text: str) -> None:
    """Controls and characters that nobody sees; the reason says so, and checking one is an ordinary "wrong"."""
    assert _reason(text) is Reason.PASSWORD_CHARACTERS
    state = _accept(GOOD.text())
    assert not isinstance(state, Refused)
    assert PASSWORD.check(state, Secret(text), NOON) == Refused(Reason.PASSWORD_WRONG)


def test_far_too_long_ones_cost_little() -> None:
    """What cannot be one is not looked at whole."""
    assert _reason("x" * 100_000) is Reason.PASSWORD_TOO_LONG
    assert _reason("e\u0301" * 600) is Reason.PASSWORD_TOO_LONG
