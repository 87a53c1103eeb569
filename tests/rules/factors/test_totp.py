"""TOTP and HOTP against the vectors of their RFCs, against an independent client, and against replay."""

import base64

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON, SeededEntropy

from twogate.rules.factors.contract import Account, Checked, FactorState
from twogate.rules.factors.totp import SECRET_BYTES, Totp, TotpRules, hotp
from twogate.terms.instant import Instant
from twogate.terms.proof import Category
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALICE = Account("Example", "alice")
_DIGITS = b"1234567890"
_KEYS = {name: (_DIGITS * 7)[:size] for name, size in (("SHA1", 20), ("SHA256", 32), ("SHA512", 64))}
_RFC6238 = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]


def _state(totp: Totp | None = None) -> FactorState:
    return (totp or Totp()).offer(ALICE, SeededEntropy()).remember


def _peer(state: FactorState) -> pyotp.TOTP:
    return pyotp.TOTP(state["secret"])


def _at(state: FactorState, moment: Instant) -> Secret:
    return Secret(_peer(state).at(moment.seconds))


def _next(verdict: Passed[Checked] | Refused) -> FactorState:
    assert isinstance(verdict, Passed)
    assert verdict.value.next_state is not None
    return verdict.value.next_state


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_rfc4226_appendix_d(counter: int, code: str) -> None:
    """The ten HOTP values of RFC 4226, appendix D."""
    assert hotp(_KEYS["SHA1"], counter) == code


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), _RFC6238)
def test_rfc6238_appendix_b(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    """The eighteen TOTP values of RFC 6238, appendix B, leading zeros included."""
    for algorithm, code in (("SHA1", sha1), ("SHA256", sha256), ("SHA512", sha512)):
        assert hotp(_KEYS[algorithm], seconds // 30, digits=8, algorithm=algorithm) == code


@given(st.binary(min_size=20, max_size=20), st.integers(0, 20_000_000_000))
def test_an_independent_client_agrees(key: bytes, seconds: int) -> None:
    """Whatever key and time, pyotp computes the same code."""
    state = {**_state(), "secret": base64.b32encode(key).decode()}
    assert hotp(key, seconds // 30) == _peer(state).at(seconds)


@pytest.mark.parametrize("rules", [TotpRules(), TotpRules(digits=8, algorithm="SHA256"), TotpRules(period=60)])
def test_the_uri_sets_an_app_up(rules: TotpRules) -> None:
    """An app that reads the QR code gives codes that are taken."""
    totp = Totp(rules)
    begun = totp.offer(Account("Example: payments", "alice@example.com"), SeededEntropy())
    app = pyotp.parse_uri(begun.show.uri)
    assert isinstance(app, pyotp.TOTP)
    assert (app.issuer, app.name) == ("Example payments", "alice@example.com")
    assert isinstance(totp.accept(begun.remember, Secret(app.at(NOON.seconds)), NOON), Passed)


def test_the_secret_has_160_bits_and_can_be_typed() -> None:
    """RFC 4226 section 4, R6; the text for typing is the secret in groups of four."""
    begun = Totp().offer(ALICE, SeededEntropy())
    assert SECRET_BYTES * 8 == 160
    assert begun.show.secret.replace(" ", "") == begun.remember["secret"]
    assert {len(group) for group in begun.show.secret.split()} == {4}
    assert Totp().again(ALICE, begun.remember) == begun.show


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_window_is_one_step_either_way(steps: int, taken: bool) -> None:  # noqa: FBT001
    """One step behind for the network's delay, one ahead for a fast phone, no more (RFC 6238 section 5.2)."""
    state = _state()
    verdict = Totp().check(state, _at(state, NOON.plus(30 * steps)), NOON)
    assert isinstance(verdict, Passed) == taken
    if not taken:
        assert verdict == Refused(Reason.CODE_WRONG)


def test_no_step_is_taken_ahead_of_time_where_the_operator_says_so() -> None:
    """``ahead = 0`` refuses the code of a fast phone."""
    totp, state = Totp(TotpRules(ahead=0)), _state()
    assert totp.check(state, _at(state, NOON.plus(30)), NOON) == Refused(Reason.CODE_WRONG)


@pytest.mark.parametrize("later", [0, 1, 29, 30])
def test_a_code_is_taken_once(later: int) -> None:
    """The same code again, at once or at the end of its life, is told to be a replay."""
    state = _state()
    code = _at(state, NOON)
    used = _next(Totp().check(state, code, NOON))
    verdict = Totp().check(used, code, NOON.plus(later))
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.CODE_REPLAYED


def test_an_earlier_step_is_not_taken_after_a_later_one() -> None:
    """After step t neither t nor t-1 is good, although both are inside the window."""
    state = _state()
    used = _next(Totp().check(state, _at(state, NOON), NOON))
    verdict = Totp().check(used, _at(state, NOON.plus(-30)), NOON)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.CODE_REPLAYED
    assert isinstance(Totp().check(used, _at(state, NOON.plus(30)), NOON), Passed)


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 90)), max_size=30))
def test_steps_only_move_forward(tries: list[tuple[int, int]]) -> None:
    """In any order of tries every step taken is later than the one before."""
    state, now, taken = _state(), NOON, []
    for steps, seconds in tries:
        now = now.plus(seconds)
        match Totp().check(state, _at(state, now.plus(30 * steps)), now):
            case Passed(Checked(_, after)) if after is not None:
                state = after
                taken.append(state["last_step"])
            case Refused():
                pass
    assert taken == sorted(set(taken))


@pytest.mark.parametrize("text", ["123 456", "123-456", " 123456\n"])
def test_codes_may_be_grouped(text: str) -> None:
    """People type codes in groups."""
    state = _state()
    assert Totp().check(state, Secret(text), NOON) == Refused(Reason.CODE_WRONG)
    code = _at(state, NOON).text()
    assert isinstance(Totp().check(state, Secret(f"{code[:3]} {code[3:]}"), NOON), Passed)


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "²³⁴⁵⁶⁷", "0x1234", "-12345", "1" * 10_000]
)
def test_what_is_no_code_is_malformed(text: str) -> None:
    """Only so many ASCII digits are a code; digits of other scripts are not."""
    assert Totp().check(_state(), Secret(text), NOON) == Refused(Reason.CODE_MALFORMED)


def test_bytes_that_are_no_text_are_malformed() -> None:
    """Broken UTF-8 is refused like any other nonsense."""
    assert Totp().check(_state(), Secret(b"\xff12345"), NOON) == Refused(Reason.CODE_MALFORMED)


def test_setting_up_uses_up_the_code() -> None:
    """The code that confirmed the set-up does not sign in afterwards."""
    begun = Totp().offer(ALICE, SeededEntropy())
    code = _at(begun.remember, NOON)
    accepted = Totp().accept(begun.remember, code, NOON)
    assert isinstance(accepted, Passed)
    assert isinstance(Totp().check(accepted.value.state, code, NOON), Refused)
    assert Totp().accept(begun.remember, Secret("000000"), NOON) == Refused(Reason.CODE_WRONG)


def test_its_nature_is_something_held() -> None:
    """A code proves possession; it can be phished, and it cannot be replayed."""
    nature = Totp().nature({})
    assert nature.categories == {Category.HELD}
    assert nature.amr == ("otp",)
    assert nature.replay_resistant
    assert not nature.phishing_resistant
    assert Totp().left({}) is None
    assert Totp().decoy(SeededEntropy("a"))["secret"] != Totp().decoy(SeededEntropy("b"))["secret"]


def test_the_prompt_asks_for_as_many_digits_as_there_are() -> None:
    """Pages size the field by it, and browsers offer the code from a message."""
    assert Totp(TotpRules(digits=8)).prompt.digits == 8
    assert Totp().prompt.autocomplete == "one-time-code"
