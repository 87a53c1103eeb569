"""Tables of OATH tokens, with headings of several vendors and without."""

import base64

import pytest
from tests.rules.factors.oathtool import hotp_codes

from twogate.rules.factors.oath import hotp, hotp_state, totp_state
from twogate.rules.factors.seeds.oath_csv import parse
from twogate.rules.factors.seeds.rows import Written
from twogate.rules.factors.seeds.seed import Delivery, Seed
from twogate.terms.verdict import Passed, Refused

KEY = b"12345678901234567890"
HEX, BASE32 = KEY.hex(), base64.b32encode(KEY).decode()


def _read(text: str, written: Written | None = None) -> Delivery:
    verdict = parse(text.encode(), written=written)
    assert isinstance(verdict, Passed), verdict
    return verdict.value


def _one(text: str) -> Seed:
    read = _read(text)
    assert read.unusable == ()
    return read.seeds[0]


def _why(text: str) -> str:
    read = _read(text)
    assert read.seeds == ()
    return read.unusable[0].why


def test_the_table_of_a_large_directory() -> None:
    """Base 32, an interval, maker and model; every token there has a clock."""
    seed = _one(
        "upn,serial number,secret key,time interval,manufacturer,model\n"
        f"ada@example.com,1234567,{BASE32},60,Contoso,HardwareKey\n"
    )
    wanted = {**totp_state(KEY, period=60), "serial": "1234567", "model": "Contoso HardwareKey"}
    assert (seed.factor, seed.serial, seed.state) == ("hardware_token", "1234567", wanted)


def test_a_table_without_a_heading() -> None:
    """Serial, key, kind, digits, and what moves."""
    read = _read(f"E1,{HEX},HOTP,8,42\nT1,{HEX},TOTP,6,60\nT2,{HEX},totp\n")
    assert [seed.state for seed in read.seeds] == [
        {**hotp_state(KEY, digits=8, counter=42), "serial": "E1", "model": ""},
        {**totp_state(KEY, period=60), "serial": "T1", "model": ""},
        {**totp_state(KEY), "serial": "T2", "model": ""},
    ]


def test_every_column_has_several_names() -> None:
    """Upper case, underscores, any order; a column nobody knows is passed over."""
    seed = _one(
        f"Token_Type;OTP_Length;Colour;SEED (hex);Counter;Hash Algorithm;Serial\nhotp;8;red;{HEX};7;HMAC-SHA-256;A1\n"
    )
    assert seed.state == {**hotp_state(KEY, digits=8, algorithm="SHA256", counter=7), "serial": "A1", "model": ""}


def test_what_is_read_computes_what_oathtool_computes() -> None:
    """From the file to the first ten codes."""
    state = _one(f"9,{HEX},hotp,6,3\n").state
    key = base64.b32decode(state["secret"])
    assert [hotp(key, at) for at in range(3, 13)] == hotp_codes(KEY, 3, digits=6, count=10)


def test_how_keys_are_written_can_be_said() -> None:
    """Where every key could be hexadecimal by accident."""
    text = "ABCDEFABCDEFABCDEFABCDEF23234545"
    seed = _read(f"1,{text},hotp,6,0\n", Written.BASE32).seeds[0]
    assert base64.b32decode(seed.state["secret"]) == base64.b32decode(text)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"1,{HEX},ocra,6,0", "neither HOTP nor TOTP"),
        (f"1,{HEX},,6,0", "neither HOTP nor TOTP"),
        ("1,z1,hotp,6,0", "not written in base32"),
        ("1,3132,hotp,6,0", "14 to 128 bytes"),
        (f"1,{HEX},hotp,six,0", "digits is not a number"),
        (f"1,{HEX},hotp,6,-1", "counter is not a number"),
        (f"1,{HEX},totp,6,x", "period is not a number"),
        (f"1,{HEX},totp,6,300", "30 or 60 seconds"),
        (f",{HEX},hotp,6,0", "serial"),
        (f"<x>,{HEX},hotp,6,0", "serial"),
    ],
)
def test_each_row_that_cannot_be_used_says_why(row: str, why: str) -> None:
    """And never with the key in it."""
    said = _why(row + "\n")
    assert why in said
    assert HEX not in said


def test_a_row_is_named_by_its_line() -> None:
    """So that a person finds it; the good ones are read all the same."""
    read = _read(f"# from the vendor\n\nA,{HEX},hotp,6,0\nB,{HEX},hotp,9,0\na,{HEX},hotp,6,0\n")
    assert [seed.serial for seed in read.seeds] == ["A"]
    assert [(one.where, one.why) for one in read.unusable] == [
        ("line 4 (B)", "a code has 6 to 8 digits"),
        ("line 5 (a)", "serial A comes twice"),
    ]


def test_what_is_no_table_is_refused() -> None:
    """Nothing at all."""
    assert isinstance(parse(b""), Refused)
