"""RFC 6030 containers: its figures, every policy, every refusal."""

import pytest
from tests.ports import NOON
from tests.rules.factors.seeds.containers import (
    PASSPHRASE,
    PRE_SHARED,
    SECRET,
    Vendor,
    container,
    figure_6,
    figure_7,
    package,
)

from twogate.rules.factors.oath import hotp_state, totp_state
from twogate.rules.factors.seeds.pskc import parse
from twogate.rules.factors.seeds.pskc_values import Opening
from twogate.rules.factors.seeds.seed import Delivery, Seed
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

TOTP = "urn:ietf:params:xml:ns:keyprov:pskc:totp"
CLOSED = Opening()


def _read(document: bytes, opening: Opening = CLOSED) -> Delivery:
    verdict = parse(document, opening, NOON)
    assert isinstance(verdict, Passed), verdict
    return verdict.value


def _one(document: bytes, opening: Opening = CLOSED) -> Seed:
    (seed,) = _read(document, opening).seeds
    return seed


def _why(*packages: str, head: str = "") -> str:
    read = _read(container(*packages, head=head))
    assert read.seeds == ()
    return read.unusable[0].why


def _detail(document: bytes, opening: Opening = CLOSED) -> str:
    verdict = parse(document, opening, NOON)
    assert isinstance(verdict, Refused), verdict
    return verdict.detail


def test_rfc6030_figure_5_a_plain_key() -> None:
    """Serial, maker, eight digits, counter 0."""
    seed = _one(container(package()))
    assert (seed.factor, seed.serial, seed.model) == ("hardware_token", "987654321", "Acme")
    assert seed.state == {**hotp_state(SECRET, digits=8), "serial": "987654321", "model": "Acme"}
    assert "GEZDGNBV" not in repr(seed)


def test_rfc6030_figure_6_a_pre_shared_key() -> None:
    """AES-128-CBC with a MAC of its own key opens with the pre-shared key and with no other."""
    assert _one(figure_6(), Opening(key=Secret(PRE_SHARED))).state["secret"] == hotp_state(SECRET)["secret"]
    assert "wants the pre-shared key" in _detail(figure_6())
    wrong = parse(figure_6(), Opening(key=Secret(bytes(16))), NOON)
    assert isinstance(wrong, Refused) or wrong.value.seeds == ()


def test_rfc6030_figure_7_a_pass_phrase() -> None:
    """PBKDF2 with a thousand rounds, then as before."""
    assert _one(figure_7(), Opening(passphrase=Secret(PASSPHRASE))).state["secret"] == hotp_state(SECRET)["secret"]
    assert "wants a pass phrase" in _detail(figure_7(), Opening(key=Secret(PRE_SHARED)))
    wrong = parse(figure_7(), Opening(passphrase=Secret("QWERTY")), NOON)
    assert isinstance(wrong, Refused) or wrong.value.seeds == ()


def test_rfc6030_figure_10_many_keys() -> None:
    """Several packages, of which two have one serial: the second is named and left out."""
    read = _read(container(*(package(serial=serial) for serial in ("654321", "123456", "9999999", "9999999"))))
    assert [seed.serial for seed in read.seeds] == ["654321", "123456", "9999999"]
    assert read.unusable[0].why == "serial 9999999 comes twice"
    assert read.unusable[0].where == "key 4 (9999999)"


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("mac_key", [b"", b"a MAC key"])
def test_every_length_of_key_with_its_own_mac_key_or_without(bits: int, mac_key: bytes) -> None:
    """Without a MAC key the encryption key serves (RFC 6030 section 6.1.1); encrypted counters are big-endian."""
    key = bytes(range(bits // 8))
    vendor = Vendor(key, mac_key, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "sha256")
    counter = f"<Counter>{vendor.value((77).to_bytes(8))}</Counter>"
    seed = _one(container(package(vendor.value(SECRET), data=counter), head=vendor.head), Opening(key=Secret(key)))
    assert seed.state["counter"] == 77


def test_a_token_with_a_clock() -> None:
    """TOTP (section 10.2): suite and interval; the interval is 30 seconds where nothing is said."""
    interval = "<TimeInterval><PlainValue>60</PlainValue></TimeInterval><Time><PlainValue>0</PlainValue></Time>"
    seed = _one(container(package(kind=TOTP, length="6", suite="HMAC-SHA256", data=interval)))
    wanted = totp_state(SECRET, algorithm="SHA256", period=60)
    assert seed.state == {**wanted, "serial": "987654321", "model": "Acme"}
    assert _one(container(package(kind=TOTP, data=""))).state["period"] == 30
    assert _one(container(package(kind=TOTP, suite="SHA512", data=""))).state["algorithm"] == "SHA512"


def test_an_altered_value_is_not_opened() -> None:
    """The MAC is looked at first; without one nothing is opened."""
    vendor = Vendor(bytes(16))
    genuine = vendor.value(SECRET)
    altered = genuine.replace("<ValueMAC>", "<ValueMAC>AAAA")
    bare = genuine.partition("<ValueMAC>")[0]
    for secret, why in ((altered, "its MAC is wrong"), (bare, "without a MAC")):
        read = _read(container(package(secret), head=vendor.head), Opening(key=Secret(bytes(16))))
        assert read.seeds == ()
        assert why in read.unusable[0].why
    assert "names no key" in _why(package(genuine))


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("<StartDate>2026-11-24T11:59:59Z</StartDate>", ""),
        ("<StartDate>2026-11-24T12:00:01Z</StartDate>", "may not be used yet"),
        ("<ExpiryDate>2026-11-24T12:00:01Z</ExpiryDate>", ""),
        ("<ExpiryDate>2006-05-31T00:00:00Z</ExpiryDate>", "has expired"),
        ("<ExpiryDate>2006-05-31T00:00:00</ExpiryDate>", "has expired"),
        ("<ExpiryDate>soon</ExpiryDate>", "date that is not one"),
        ("<KeyUsage>OTP</KeyUsage><KeyUsage>CR</KeyUsage>", ""),
        ("<KeyUsage>CR</KeyUsage>", "not meant for one-time passwords"),
        ('<PINPolicy PINKeyId="1" PINUsageMode="Local"/>', ""),
        ('<PINPolicy PINKeyId="1" PINUsageMode="Prepend"/>', "PINPolicy"),
        ("<NumberOfTransactions>5</NumberOfTransactions>", "NumberOfTransactions"),
        ("<Vendor>?</Vendor>", "not known here"),
    ],
)
def test_rfc6030_5_a_policy_that_is_not_understood_forbids(policy: str, why: str) -> None:
    """Dates and usages are kept to; anything unknown in a policy means that the key must not be used."""
    document = package(extra=f"<Policy>{policy}</Policy>")
    if why:
        assert why in _why(document)
    else:
        assert _one(container(document)).serial == "987654321"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (package(kind="urn:ietf:params:xml:ns:keyprov:pskc:pin"), "neither HOTP nor TOTP"),
        (package(response='Encoding="HEXADECIMAL"'), "not decimal"),
        (package(response='Encoding="DECIMAL" CheckDigits="true"'), "check digits"),
        (package(length="9"), "6 to 8 digits"),
        (package(length="-6"), "a number is not one"),
        (package(suite="HMAC-MD5"), "hash function"),
        (package(serial=""), ""),
        (package(serial="<b/>"), ""),
        (package("<PlainValue>!</PlainValue>"), "not base 64"),
        (package("<PlainValue>AAAA</PlainValue>"), "14 to 128 bytes"),
        (package(""), "a value is missing"),
        (package(data="<Counter><PlainValue>1e9</PlainValue></Counter>"), "a number is not one"),
        (package(data="<Counter><PlainValue>9223372036854775808</PlainValue></Counter>"), "out of range"),
        (package(kind=TOTP, data="<TimeInterval><PlainValue>300</PlainValue></TimeInterval>"), "30 or 60 seconds"),
        (package().replace("Secret>", "Other>"), "secret is not in the file"),
    ],
)
def test_each_key_that_cannot_be_used_says_why(wrong: str, why: str) -> None:
    """One bad key does not spoil the others; without a serial its id serves."""
    good = package(serial="1111")
    read = _read(container(good, wrong))
    if why:
        assert [seed.serial for seed in read.seeds] == ["1111"]
        assert why in read.unusable[0].why
    else:
        assert [seed.serial for seed in read.seeds] == ["1111", "12345678"]


def test_what_is_no_container() -> None:
    """Other XML, another version, nothing in it, no XML, a document type."""
    assert "not a PSKC" in _detail(b"<KeyContainer Version='1.0'/>")
    assert "not known here" in _detail(container(package(), version="2.0"))
    assert "empty" in _detail(container())
    assert "not well-formed" in _detail(b"serial,secret\n")
    assert "document type" in _detail(b"<!DOCTYPE x>" + container(package()).partition(b"?>")[2])
