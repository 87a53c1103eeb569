"""The validation protocol: what is signed, and which answers are believed."""

import base64
from urllib.parse import parse_qs

import pytest
from tests.rules.factors.yubikeys import signed

from twogate.rules.factors.yubico_validation import Question, read, read_key, sign
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

KEY = b"a key of twenty byte"
OTP = "vvgrhubjtbgiccbtetbgicbtkdkluvhbgkcfbiklnrc"
ASKED = Question("4711", Secret(KEY), OTP, "ab" * 16)
GOOD = {
    "t": "2026-11-24T12:00:00Z0123",
    "otp": OTP,
    "nonce": ASKED.nonce,
    "sl": "100",
    "timestamp": "8396123",
    "sessioncounter": "19",
    "sessionuse": "3",
    "status": "OK",
}


def _reason(answer: bytes) -> Reason:
    verdict = read(answer, ASKED)
    assert isinstance(verdict, Refused), verdict
    return verdict.reason


def test_the_line_that_is_signed() -> None:
    """Sorted, joined, not escaped; the key is not in the question."""
    parameters = {"b": "1", "a": "2", "c": "3"}
    assert sign(parameters, Secret(KEY)) == sign(dict(sorted(parameters.items())), Secret(KEY))
    assert signed(parameters, KEY).startswith(f"h={sign(parameters, Secret(KEY))}\r\n".encode())


def test_the_question() -> None:
    """Client, nonce, one-time password, and that counters are wanted; signed."""
    query = {name: values[0] for name, values in parse_qs(ASKED.query).items()}
    signature = query.pop("h")
    assert query == {"id": "4711", "nonce": ASKED.nonce, "otp": OTP, "timestamp": "1"}
    assert signature == sign(query, Secret(KEY))
    assert OTP not in repr(ASKED)


def test_a_good_answer() -> None:
    """The counters, and which one-time password they are of."""
    assert read(signed(GOOD, KEY), ASKED) == Passed({"otp": OTP, "counter": 19, "use": 3})


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("BAD_OTP", Reason.CODE_WRONG),
        ("REPLAYED_OTP", Reason.CODE_REPLAYED),
        ("REPLAYED_REQUEST", Reason.VALIDATOR_UNREACHABLE),
        ("BAD_SIGNATURE", Reason.VALIDATOR_UNREACHABLE),
        ("NO_SUCH_CLIENT", Reason.VALIDATOR_UNREACHABLE),
        ("NOT_ENOUGH_ANSWERS", Reason.VALIDATOR_UNREACHABLE),
        ("BACKEND_ERROR", Reason.VALIDATOR_UNREACHABLE),
        ("ok", Reason.VALIDATOR_UNREACHABLE),
        ("", Reason.VALIDATOR_UNREACHABLE),
    ],
)
def test_every_other_status_is_a_no(status: str, reason: Reason) -> None:
    """A verdict about the one-time password is told apart from a server that cannot say."""
    assert _reason(signed({**GOOD, "status": status}, KEY)) is reason


def test_an_answer_that_is_not_about_the_question_is_not_believed() -> None:
    """Another one-time password, another nonce, none, however well signed."""
    for name in ("otp", "nonce"):
        assert _reason(signed({**GOOD, name: GOOD[name][::-1] + "c"}, KEY)) is Reason.VALIDATOR_UNREACHABLE
        without = {key: value for key, value in GOOD.items() if key != name}
        assert _reason(signed(without, KEY)) is Reason.VALIDATOR_UNREACHABLE


def test_an_answer_without_counters_is_not_believed() -> None:
    """A replay could not be seen here."""
    for name in ("sessioncounter", "sessionuse"):
        for value in ("", "x", "-1", "9" * 20):
            assert _reason(signed({**GOOD, name: value}, KEY)) is Reason.VALIDATOR_UNREACHABLE


@pytest.mark.parametrize("at", range(0, 200, 7))
def test_an_altered_answer_is_not_believed(at: int) -> None:
    """Whichever byte is flipped."""
    answer = bytearray(signed(GOOD, KEY))
    answer[at] ^= 0x01
    verdict = read(bytes(answer), ASKED)
    assert isinstance(verdict, Refused) or bytes(answer).split() == signed(GOOD, KEY).split()


def test_an_unsigned_or_foreign_answer_is_not_believed() -> None:
    """No signature, another client's key, a name that comes twice, garbage, a novel."""
    plain = "".join(f"{name}={value}\n" for name, value in GOOD.items()).encode()
    for answer in (plain, signed(GOOD, b"another key"), signed(GOOD, KEY) + b"status=OK\n", b"", b"\xff", b"x" * 5000):
        assert _reason(answer) is Reason.VALIDATOR_UNREACHABLE


def test_a_clients_key_is_base_64() -> None:
    """As Yubico hands it out."""
    assert read_key(base64.b64encode(KEY).decode()) == Secret(KEY)
    assert read_key("") is None
    assert read_key("not base 64!") is None
