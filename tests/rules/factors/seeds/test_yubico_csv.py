"""Lists that Yubico's programs write."""

import pytest
from tests.ports import NOON
from tests.rules.factors.yubikeys import YubiKey

from twogate.rules.factors.seeds.seed import Delivery
from twogate.rules.factors.seeds.yubico_csv import looks_like, parse
from twogate.rules.factors.yubico_otp import YubicoOtp
from twogate.terms.verdict import Passed, Refused

KEY = YubiKey()
ROW = f"508326,{KEY.public},{KEY.private.hex()},{KEY.key.hex()},000000000000,2026-11-24T12:00:00,"
LOG = f"Yubico OTP,11/24/2026 12:00,1,{KEY.public},{KEY.private.hex()},{KEY.key.hex()},,,0,0,0,0,0,0,0,0,0,0"
HOTP_LOG = f"OATH-HOTP,11/24/2026 12:00,1,ubnu00000001,,{'31' * 20},,,0,0,0,8,0,0,0,0,0,0"


def _read(text: str) -> Delivery:
    verdict = parse(text.encode())
    assert isinstance(verdict, Passed), verdict
    return verdict.value


@pytest.mark.parametrize("row", [ROW, LOG, LOG.upper()])
def test_a_key_that_was_programmed(row: str) -> None:
    """From either form to a touch that is accepted."""
    (seed,) = _read(row + "\n").seeds
    assert (seed.factor, seed.serial) == ("yubico_otp", KEY.public)
    assert isinstance(YubicoOtp().check(seed.state, YubiKey().touch(), NOON), Passed)
    assert KEY.key.hex() not in repr(seed)


def test_a_slot_that_types_hotp() -> None:
    """It is a token with a button; its serial is its identifier."""
    (seed,) = _read(HOTP_LOG + "\n").seeds
    assert (seed.factor, seed.serial, seed.model) == ("hardware_token", "UBNU00000001", "YubiKey")
    assert (seed.state["timed"], seed.state["digits"]) == (False, 8)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ROW.replace(KEY.public, "abcdef"), "not modhex"),
        (ROW.replace(KEY.private.hex(), "00"), "private id of 6 bytes"),
        (ROW.replace(KEY.key.hex(), "00" * 15), "a key of 16"),
        (ROW.replace(KEY.key.hex(), "zz" * 16), "not written in hex"),
        (HOTP_LOG.replace("31" * 20, "zz"), "not written in hex"),
        ("508326,vvgrhubjtbgi", "too few cells"),
        ("Yubico OTP,now,1,vvgrhubjtbgi", "too few cells"),
    ],
)
def test_each_row_that_cannot_be_used_says_why(row: str, why: str) -> None:
    """And never with the key in it."""
    read = _read(row + "\n")
    assert read.seeds == ()
    assert why in read.unusable[0].why
    assert KEY.key.hex() not in str(read.unusable)


def test_its_rows_are_told_from_other_tables() -> None:
    """By the public id in modhex, or by the name of the slot."""
    assert looks_like(ROW.split(","))
    assert looks_like(LOG.split(","))
    assert not looks_like(["serial", "secret", "type", "digits"])
    assert not looks_like(["1", "2"])
    assert isinstance(parse(b""), Refused)
