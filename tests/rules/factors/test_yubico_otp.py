"""Yubico OTP: Yubico's own example, counters that grow, keys whose secret is elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports import NOON, SeededEntropy
from tests.rules.factors.yubikeys import YubiKey

from twogate.rules.factors.contract import Accepted, Account, Checked, FactorState
from twogate.rules.factors.yubico_otp import (
    Block,
    YubicoOtp,
    YubicoRules,
    crc16,
    imported,
    modhex,
    open_block,
    read_otp,
    read_public,
)
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

HERE, CLOUD = YubicoOtp(YubicoRules(claims=True)), YubicoOtp(YubicoRules(cloud=True))
EXAMPLE = Secret("dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh")
EXAMPLE_KEY = bytes.fromhex("ecde18dbe76fbd0c33330f1c354871db")
ELSEWHERE: FactorState = {"public": "vvgrhubjtbgi", "elsewhere": True, "counter": 4, "use": 7}


def _state(key: YubiKey) -> FactorState:
    return imported(key.public, private=key.private, key=key.key)


def _next(verdict: Passed[Checked] | Refused) -> FactorState:
    assert isinstance(verdict, Passed), verdict
    assert verdict.value.next_state is not None
    return verdict.value.next_state


def _reason(verdict: object) -> Reason:
    assert isinstance(verdict, Refused), verdict
    return verdict.reason


def test_yubicos_own_example() -> None:
    """The one-time password in Yubico's documentation of its library says what is said there."""
    assert read_otp(EXAMPLE) == ("dteffuje", "hknhfjbrjnlnldnhcujvddbikngjrtgh")
    opened = open_block("hknhfjbrjnlnldnhcujvddbikngjrtgh", EXAMPLE_KEY)
    assert opened == Block(bytes.fromhex("8792ebfe26cc"), counter=19, use=17)
    state = imported("dteffuje", private=bytes.fromhex("8792ebfe26cc"), key=EXAMPLE_KEY)
    assert _next(HERE.check(state, EXAMPLE, NOON)) == {**state, "counter": 19, "use": 17}


def test_modhex_is_where_keyboards_agree() -> None:
    """Hexadecimal, letter by letter."""
    assert modhex(bytes.fromhex("0123456789abcdef")) == "cbdefghijklnrtuv"
    assert modhex(b"test") == "ifhgieif"
    assert crc16(b"123456789") == 0x6F91  # the check value of CRC-16/MCRF4XX


def test_a_touch_counts_once() -> None:
    """The same one-time password again is a replay, so is every earlier one; the next one is not."""
    key = YubiKey()
    state, touches = _state(key), [key.touch() for _ in range(3)]
    state = _next(HERE.check(state, touches[1], NOON))
    for used in touches[:2]:
        assert _reason(HERE.check(state, used, NOON)) is Reason.CODE_REPLAYED
    state = _next(HERE.check(state, touches[2], NOON))
    key.plug()
    state = _next(HERE.check(state, key.touch(), NOON))
    assert (state["counter"], state["use"]) == (2, 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=20))
def test_counters_only_grow(tries: list[tuple[int, int]]) -> None:
    """In any order, what is accepted is later than all that was accepted before."""
    key, taken = YubiKey(), []
    state = _state(key)
    for counter, use in tries:
        verdict = HERE.check(state, key.typed(counter, use), NOON)
        if isinstance(verdict, Passed):
            state = _next(verdict)
            taken.append((counter, use))
    assert taken == sorted(set(taken))


def test_caps_lock_and_white_space_do_not_matter() -> None:
    """Upper case, a line end, and the bit that says so."""
    key = YubiKey(caps_lock=True)
    loud = Secret(key.touch().text().upper() + "\n")
    assert _next(HERE.check(_state(key), loud, NOON))["counter"] == 1
    assert HERE.addressed(loud) == key.public


def test_what_another_key_typed_is_wrong() -> None:
    """Another public id, another AES key, another private id, a checksum that does not fit."""
    key, state = YubiKey(), _state(YubiKey())
    other_key = YubiKey(key=bytes(16))
    for wrong in (
        YubiKey(public="cccccccccccb").touch(),
        other_key.touch(),
        key.typed(1, 0, private=b"foreign"[:6]),
        key.typed(1, 0, damage=1),
        Secret(key.public + "c" * 32),
    ):
        assert _reason(HERE.check(state, wrong, NOON)) is Reason.CODE_WRONG


@pytest.mark.parametrize(
    "text", ["", "123456", "vvgrhubjtbgi", "a" * 44, "c" * 33, "c" * 31, "c" * 66, "c" * 200, b"\xff" * 44]
)
def test_what_is_no_one_time_password_is_said_to_be_none(text: str | bytes) -> None:
    """Wrong letters, wrong length, no public id."""
    assert HERE.check(_state(YubiKey()), Secret(text), NOON) == Refused(Reason.CODE_MALFORMED)
    assert HERE.addressed(Secret(text)) == ""
    assert HERE.claims({}, Secret(text)) == ""


def test_a_key_is_set_up_by_a_touch() -> None:
    """The key that waits becomes theirs, with the counters of that touch; without it nothing does."""
    key = YubiKey()
    touched = key.touch()
    assert HERE.claims({}, touched) == key.public
    done = HERE.accept({"stock": _state(key)}, touched, NOON)
    assert isinstance(done, Passed)
    assert isinstance(done.value, Accepted)
    assert (done.value.state["counter"], HERE.identifier(done.value.state)) == (1, key.public)
    assert HERE.stocked(done.value.state)
    assert key.public in done.value.label
    assert _reason(HERE.accept({}, touched, NOON)) is Reason.CODE_WRONG
    assert _reason(HERE.accept({"stock": _state(YubiKey(key=bytes(16)))}, touched, NOON)) is Reason.CODE_WRONG


def test_a_key_from_elsewhere_needs_an_answer_about_this_very_touch() -> None:
    """None, another one-time password's, a refusal: nothing passes. A good one moves the counters on."""
    key = YubiKey()
    touched = key.touch()
    otp = touched.text()
    for answer in (None, {}, {"otp": key.typed(1, 5).text(), "counter": 9, "use": 0}):
        assert _reason(CLOUD.check(ELSEWHERE, touched, NOON, asked=answer)) is Reason.VALIDATOR_UNREACHABLE
    for reason in (Reason.CODE_REPLAYED, Reason.CODE_WRONG, Reason.VALIDATOR_UNREACHABLE):
        told = {"otp": otp, "refused": reason.value, "detail": "x"}
        assert CLOUD.check(ELSEWHERE, touched, NOON, asked=told) == Refused(reason, "x")
    good = {"otp": otp, "counter": 4, "use": 8}
    assert _next(CLOUD.check(ELSEWHERE, touched, NOON, asked=good)) == {**ELSEWHERE, "use": 8}
    for stale in ({**good, "use": 7}, {**good, "counter": 3, "use": 200}):
        assert _reason(CLOUD.check(ELSEWHERE, touched, NOON, asked=stale)) is Reason.CODE_REPLAYED


def test_an_answer_is_no_use_to_a_key_whose_secret_is_here() -> None:
    """What a server says never stands in for the AES key."""
    touched = YubiKey(key=bytes(16)).touch()
    good = {"otp": touched.text(), "counter": 400, "use": 0}
    assert _reason(HERE.check(_state(YubiKey()), touched, NOON, asked=good)) is Reason.CODE_WRONG


def test_only_about_a_key_from_elsewhere_anybody_is_asked() -> None:
    """Nothing is sent about keys whose secret is here, about strangers, or where no server is set up."""
    touched = YubiKey().touch()
    assert CLOUD.consult([ELSEWHERE], touched) == touched.text()
    assert CLOUD.consult([_state(YubiKey())], touched) == ""
    assert CLOUD.consult([{**ELSEWHERE, "public": "cccccccccccb"}], touched) == ""
    assert CLOUD.consult([ELSEWHERE], Secret("123456")) == ""
    assert HERE.consult([ELSEWHERE], touched) == ""
    assert CLOUD.stands_in(touched) == {"public": "vvgrhubjtbgi", "elsewhere": True, "counter": -1, "use": 0}
    assert HERE.stands_in(touched) is None
    assert CLOUD.stands_in(Secret("123456")) is None
    assert not CLOUD.stocked(ELSEWHERE)


def test_who_may_set_one_up_is_the_operators_choice() -> None:
    """Neither way is open by default."""
    assert not YubicoOtp().self_service
    assert not YubicoOtp().may_take
    assert HERE.self_service
    assert HERE.may_take
    assert CLOUD.self_service
    assert not CLOUD.may_take
    begun = HERE.offer(Account("Example", "alice"), SeededEntropy())
    assert HERE.again(Account("Example", "alice"), begun.remember) == begun.show


@pytest.mark.parametrize(("text", "public"), [(" VVGRHUBJTBGI ", "vvgrhubjtbgi"), ("abc", None), ("ccc", None)])
def test_public_ids_are_modhex(text: str, public: str | None) -> None:
    """Whole bytes in lower case."""
    assert read_public(text) == public
