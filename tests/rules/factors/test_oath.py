"""The values of RFC 4226 and RFC 6238, held to the RFCs and to oathtool; windows that only move on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ports import NOON
from tests.rules.factors.oathtool import hotp_codes, totp_code

from twogate.rules.factors import oath
from twogate.rules.factors.oath import hotp, hotp_state, totp_state
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

KEY = b"12345678901234567890"
_KEYS = {name: (b"1234567890" * 7)[:size] for name, size in (("SHA1", 20), ("SHA256", 32), ("SHA512", 64))}
_RFC4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
_RFC6238 = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
_KEY_BYTES = st.binary(min_size=oath.LEAST_KEY_BYTES, max_size=64)


def _state(verdict: Passed[oath.State] | Refused) -> oath.State:
    assert isinstance(verdict, Passed), verdict
    return verdict.value


@pytest.mark.parametrize(("counter", "code"), list(enumerate(_RFC4226)))
def test_rfc4226_appendix_d(counter: int, code: str) -> None:
    """The ten HOTP values of RFC 4226, appendix D."""
    assert hotp(KEY, counter) == code


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), _RFC6238)
def test_rfc6238_appendix_b(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    """The eighteen TOTP values of RFC 6238, appendix B, leading zeros included."""
    for algorithm, code in (("SHA1", sha1), ("SHA256", sha256), ("SHA512", sha512)):
        assert hotp(_KEYS[algorithm], seconds // 30, digits=8, algorithm=algorithm) == code


@settings(max_examples=15, deadline=None)
@given(_KEY_BYTES, st.integers(0, 2**40), st.sampled_from(oath.DIGITS))
def test_oathtool_computes_the_same_counters(key: bytes, counter: int, digits: int) -> None:
    """Forty HOTP codes in a row, whatever key, counter and length."""
    ours = [hotp(key, at, digits=digits) for at in range(counter, counter + 40)]
    assert ours == hotp_codes(key, counter, digits=digits, count=40)


@settings(max_examples=25, deadline=None)
@given(
    _KEY_BYTES,
    st.integers(0, 4_000_000_000),
    st.tuples(st.sampled_from(oath.DIGITS), st.sampled_from(sorted(oath.ALGORITHMS)), st.sampled_from(oath.PERIODS)),
)
def test_oathtool_computes_the_same_times(key: bytes, seconds: int, shape: tuple[int, str, int]) -> None:
    """TOTP with SHA-1, SHA-256, SHA-512, six to eight digits, thirty and sixty seconds."""
    digits, algorithm, period = shape
    ours = hotp(key, seconds // period, digits=digits, algorithm=algorithm)
    assert ours == totp_code(key, seconds, digits=digits, algorithm=algorithm, period=period)


@settings(max_examples=10, deadline=None)
@given(_KEY_BYTES, st.integers(0, 2**31), st.integers(0, 9))
def test_a_code_from_oathtool_moves_the_counter_behind_it(key: bytes, counter: int, presses: int) -> None:
    """A button pressed up to nine times in a pocket is forgiven; the code is taken once."""
    state = hotp_state(key, counter=counter)
    code = hotp_codes(key, counter + presses, digits=6)[0]
    moved = _state(oath.next_counter(state, code, ahead=10))
    assert moved["counter"] > counter + presses
    assert isinstance(oath.next_counter(moved, code, ahead=10), Refused)


@pytest.mark.parametrize(("counter", "taken"), [(0, True), (9, True), (10, False), (11, False)])
def test_the_window_is_as_wide_as_it_is_said(counter: int, taken: bool) -> None:  # noqa: FBT001
    """RFC 4226 section 7.2: the next ten counters and no more."""
    verdict = oath.next_counter(hotp_state(KEY), hotp(KEY, counter), ahead=10)
    assert isinstance(verdict, Passed) == taken
    if isinstance(verdict, Passed):
        assert verdict.value["counter"] == counter + 1


def test_a_used_code_is_called_used() -> None:
    """The last ten used counters are recognised, older ones are just wrong."""
    state = hotp_state(KEY, counter=50)
    for counter in range(40, 50):
        assert oath.next_counter(state, hotp(KEY, counter), ahead=10) == Refused(
            Reason.CODE_REPLAYED, f"counter {counter}, the next unused one is 50"
        )
    assert oath.next_counter(state, hotp(KEY, 39), ahead=10) == Refused(Reason.CODE_WRONG)


def test_of_two_counters_with_one_code_the_later_counts() -> None:
    """A code that stands twice in the window is not good a second time."""
    key, counter = _twice()
    state = hotp_state(key, counter=counter)
    moved = _state(oath.next_counter(state, hotp(key, counter), ahead=10))
    assert moved["counter"] > counter + 1
    again = oath.next_counter(moved, hotp(key, counter), ahead=1)
    assert isinstance(again, Refused)
    assert again.reason is Reason.CODE_REPLAYED


def _twice() -> tuple[bytes, int]:
    """A key and a counter whose code comes again within the next nine."""
    values: dict[str, int] = {}
    for counter in range(200_000):
        value = hotp(KEY, counter)
        if counter - values.get(value, -100) < 10:
            return KEY, values[value]
        values[value] = counter
    raise AssertionError("none found")


@given(st.lists(st.integers(0, 40), max_size=40))
def test_counters_only_move_on(tries: list[int]) -> None:
    """In any order of codes, used ones among them, the counter never goes back and no code counts twice."""
    state, used = hotp_state(KEY), []
    for counter in tries:
        before = state["counter"]
        verdict = oath.next_counter(state, hotp(KEY, counter), ahead=10)
        if isinstance(verdict, Passed):
            state = verdict.value
            used.append(counter)
        assert state["counter"] >= before
    assert len(used) == len(set(used))


@pytest.mark.parametrize(("first", "found"), [(10, True), (500, True), (997, True), (999, False), (1000, False)])
def test_rfc4226_7_4_two_codes_in_a_row_find_a_token(first: int, found: bool) -> None:  # noqa: FBT001
    """A token that ran far ahead is found by two codes in a row, within the wide window."""
    codes = (hotp(KEY, first), hotp(KEY, first + 1))
    verdict = oath.counter_again(hotp_state(KEY), codes, ahead=1000)
    assert isinstance(verdict, Passed) == found
    if isinstance(verdict, Passed):
        assert verdict.value["counter"] == first + 2


@pytest.mark.parametrize("codes", [(20, 20), (21, 20), (20, 22), (3, 4), (4, 5)])
def test_codes_that_are_not_the_next_two_find_nothing(codes: tuple[int, int]) -> None:
    """The same twice, backwards, with a gap, or used already: nothing moves."""
    pair = (hotp(KEY, codes[0]), hotp(KEY, codes[1]))
    assert oath.counter_again(hotp_state(KEY, counter=5), pair, ahead=1000) == Refused(Reason.CODE_WRONG)


def test_a_clock_that_runs_away_is_followed() -> None:
    """RFC 6238 section 6: a token that loses a step every month is still known after two years."""
    state, now = totp_state(KEY), NOON
    for month in range(24):
        now = now.plus(30 * 86_400)
        code = hotp(KEY, now.seconds // 30 - month)
        state = _state(oath.next_step(state, code, now))
        assert state["drift"] == -month
    assert oath.next_step(state, hotp(KEY, now.seconds // 30 + 2), now.plus(60)) == Refused(Reason.CODE_WRONG)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_step_either_way_of_the_tokens_own_clock(steps: int, taken: bool) -> None:  # noqa: FBT001
    """The window lies around where its clock was seen last."""
    state = totp_state(KEY, drift=7)
    code = hotp(KEY, NOON.seconds // 30 + 7 + steps)
    assert isinstance(oath.next_step(state, code, NOON), Passed) == taken


def test_a_step_is_taken_once_and_none_before_it_after() -> None:
    """After a step neither it nor an earlier one passes."""
    present = NOON.seconds // 60
    state = _state(oath.next_step(totp_state(KEY, period=60), hotp(KEY, present), NOON))
    for step in (present, present - 1):
        verdict = oath.next_step(state, hotp(KEY, step), NOON)
        assert isinstance(verdict, Refused)
        assert verdict.reason is Reason.CODE_REPLAYED


def test_two_codes_in_a_row_set_a_clock_right() -> None:
    """A clock that is nine steps slow is found; codes that were used are not, nor is one further off."""
    present = NOON.seconds // 30
    codes = (hotp(KEY, present - 10), hotp(KEY, present - 9))
    state = _state(oath.step_again(totp_state(KEY), codes, NOON, around=20))
    assert (state["last_step"], state["drift"]) == (present - 9, -9)
    verdict = oath.step_again(state, codes, NOON, around=20)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.CODE_REPLAYED
    half_used = (hotp(KEY, present - 9), hotp(KEY, present - 8))
    assert isinstance(oath.step_again(state, half_used, NOON, around=20), Refused)
    far = (hotp(KEY, present - 40), hotp(KEY, present - 39))
    assert oath.step_again(totp_state(KEY), far, NOON, around=20) == Refused(Reason.CODE_WRONG)


def test_time_before_the_first_step_is_no_fault() -> None:
    """Near the epoch the window begins at step 0."""
    state = totp_state(KEY, drift=-3)
    assert oath.next_step(state, hotp(KEY, 9), Instant(0)) == Refused(Reason.CODE_WRONG)
    assert oath.step_again(state, (hotp(KEY, 99), hotp(KEY, 100)), Instant(0), around=20) == Refused(Reason.CODE_WRONG)


@pytest.mark.parametrize("text", ["123 456", "123-456", " 123456\n", "1 2 3 4 5 6"])
def test_digits_are_read_as_people_group_them(text: str) -> None:
    """Spaces, dashes and line ends do not count."""
    assert oath.read_digits(Secret(text), 6) == "123456"


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456" + " " * 40, "12_3456"])
def test_what_is_not_digits_is_none(text: str) -> None:
    """Only as many ASCII digits as there must be, and not wrapped in kilobytes."""
    assert oath.read_digits(Secret(text), 6) is None
    assert oath.read_digits(Secret(b"\xff123456"), 6) is None
