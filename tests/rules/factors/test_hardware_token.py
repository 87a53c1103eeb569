"""Hardware tokens: one code, two codes in a row, a token that waits, and what cannot be one."""

import pytest
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState
from twogate.rules.factors.hardware_token import HardwareToken, TokenRules, pair_of, read_serial
from twogate.rules.factors.oath import hotp, hotp_state, totp_state
from twogate.terms.proof import Category
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALICE = Account("Example", "alice")
KEY = b"12345678901234567890"
TOKEN = HardwareToken(TokenRules(claims=True))
BUTTON: FactorState = {**hotp_state(KEY), "serial": "GA1234", "model": "Acme K1"}
CLOCK: FactorState = {**totp_state(KEY, digits=8, algorithm="SHA256", period=60), "serial": "GA5678", "model": ""}
PRESENT = NOON.seconds // 60


def _code(counter: int) -> Secret:
    return Secret(hotp(KEY, counter))


def _next(verdict: Passed[Checked] | Refused) -> FactorState:
    assert isinstance(verdict, Passed), verdict
    assert verdict.value.next_state is not None
    return verdict.value.next_state


def test_a_code_is_something_held_and_nothing_more() -> None:
    """One factor, worn out by use, readable by a phisher."""
    nature = TOKEN.nature(BUTTON)
    assert nature.categories == {Category.HELD}
    assert nature.replay_resistant
    assert not nature.phishing_resistant
    assert not nature.hardware_protected


def test_a_button_moves_on() -> None:
    """A code of the window is taken once; what else the state says stays."""
    used = _next(TOKEN.check(BUTTON, _code(4), NOON))
    assert used == {**BUTTON, "counter": 5}
    for counter in range(5):
        verdict = TOKEN.check(used, _code(counter), NOON)
        assert isinstance(verdict, Refused)
        assert verdict.reason is Reason.CODE_REPLAYED


def test_a_clock_of_eight_digits_and_sixty_seconds() -> None:
    """SHA-256, eight digits, once."""
    code = Secret(hotp(KEY, PRESENT, digits=8, algorithm="SHA256"))
    used = _next(TOKEN.check(CLOCK, code, NOON))
    assert (used["last_step"], used["drift"]) == (PRESENT, 0)
    verdict = TOKEN.check(used, code, NOON)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.CODE_REPLAYED


def test_two_codes_in_a_row_find_a_token_that_ran_away() -> None:
    """Its owner types both into the one field, with a space or without."""
    assert TOKEN.check(BUTTON, _code(300), NOON) == Refused(Reason.TOKEN_CODE_WRONG)
    for between in (" ", "", "\n", " - "):
        both = Secret(hotp(KEY, 300) + between + hotp(KEY, 301))
        assert _next(TOKEN.check(BUTTON, both, NOON))["counter"] == 302
    slow = [hotp(KEY, PRESENT - back, digits=8, algorithm="SHA256") for back in (10, 9)]
    assert _next(TOKEN.check(CLOCK, Secret(" ".join(slow)), NOON))["drift"] == -9


def test_the_wide_window_has_an_end_that_an_administrator_moves() -> None:
    """A sign-in looks a thousand counters ahead, an administrator ten times as far."""
    codes = (hotp(KEY, 5000), hotp(KEY, 5001))
    assert TOKEN.check(BUTTON, Secret(" ".join(codes)), NOON) == Refused(Reason.TOKEN_CODE_WRONG)
    found = TOKEN.resynchronise(BUTTON, codes, NOON, reach=10)
    assert isinstance(found, Passed)
    assert found.value["counter"] == 5002


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "12345678901", "1234567890123", b"\xff" * 6])
def test_what_is_no_code_is_said_to_be_none(text: str | bytes) -> None:
    """Neither one code nor two."""
    assert TOKEN.check(BUTTON, Secret(text), NOON) == Refused(Reason.CODE_MALFORMED)


def test_a_token_is_set_up_by_its_serial_and_a_code() -> None:
    """First the serial is asked for, then a code of the token that has it; the counter is beyond that code."""
    begun = TOKEN.offer(ALICE, SeededEntropy())
    assert begun.show.ask is not None
    named = TOKEN.accept(begun.remember, Secret(" ga 1234 "), NOON)
    assert isinstance(named, Passed)
    assert isinstance(named.value, Begin)
    remembered = named.value.remember
    assert (remembered, named.value.show.ask) == ({"serial": "GA1234"}, None)
    assert TOKEN.claims(remembered, _code(2)) == "GA1234"
    assert TOKEN.again(ALICE, remembered).hint == "GA1234"
    done = TOKEN.accept({**remembered, "stock": BUTTON}, _code(2), NOON)
    assert isinstance(done, Passed)
    assert isinstance(done.value, Accepted)
    assert (done.value.state["counter"], done.value.label) == (3, "Acme K1 GA1234")
    assert TOKEN.identifier(done.value.state) == "GA1234"
    assert TOKEN.stocked(done.value.state)


def test_without_the_waiting_token_nothing_is_set_up() -> None:
    """Unknown serial, another one's token, wrong code: one and the same answer."""
    for memory in ({}, {"stock": None}, {"stock": {**BUTTON, "serial": "GA9999"}}):
        verdict = TOKEN.accept({"serial": "GA1234", **memory}, _code(0), NOON)
        assert isinstance(verdict, Refused)
        assert verdict.reason is Reason.TOKEN_CODE_WRONG
    wrong = TOKEN.accept({"serial": "GA1234", "stock": BUTTON}, _code(500), NOON)
    assert isinstance(wrong, Refused)
    assert wrong.reason is Reason.TOKEN_CODE_WRONG
    assert isinstance(TOKEN.accept({}, Secret("no serial!"), NOON), Refused)


def test_nobody_takes_one_unless_the_operator_allows_it() -> None:
    """By default an administrator gives tokens out."""
    assert not HardwareToken().self_service
    assert not HardwareToken().may_take
    assert TOKEN.self_service
    assert TOKEN.may_take
    assert TOKEN.consult([BUTTON], _code(0)) == ""
    assert TOKEN.stands_in(_code(0)) is None


@pytest.mark.parametrize(("text", "serial"), [("12 34", "1234"), ("ab-12/3", "AB-12/3"), ("", None), ("-1", None)])
def test_serials_are_read_as_they_are_printed(text: str, serial: str | None) -> None:
    """Spaces do not count, case does not; what cannot be one is none."""
    assert read_serial(Secret(text)) == serial
    assert read_serial(text) == serial


@pytest.mark.parametrize("text", ["A" * 65, "<b>", "é12", "a\x00b", b"\xff1"])
def test_what_cannot_be_printed_on_a_token_is_no_serial(text: str | bytes) -> None:
    """Too long, markup, other letters, no text."""
    assert read_serial(Secret(text)) is None


def test_a_pair_is_two_codes_of_this_token() -> None:
    """As an administrator types them."""
    assert pair_of(BUTTON, ("123 456", "654321")) == ("123456", "654321")
    assert pair_of(CLOCK, ("123456", "654321")) is None
    assert pair_of(BUTTON, ("123456",)) is None


def test_the_decoy_costs_what_a_token_costs() -> None:
    """As many values are computed for a name that does not exist."""
    decoy = TOKEN.decoy(SeededEntropy())
    assert decoy.keys() - {"serial"} == hotp_state(KEY).keys()
    assert TOKEN.check(decoy, _code(0), NOON) == Refused(Reason.TOKEN_CODE_WRONG)
