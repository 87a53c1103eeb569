"""Keys and values of a container that does not say what it should."""

import base64
from xml.etree.ElementTree import fromstring

import pytest
from tests.rules.factors.seeds.containers import (
    HMAC_SHA1,
    NAMED_KEY,
    PRE_SHARED,
    SECRET,
    Vendor,
    container,
    derived_key,
    mac_method,
)

from twogate.rules.factors.seeds.pskc_values import Opening, Unreadable, Values, decimal, values_of
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

BOTH = Opening(key=Secret(PRE_SHARED), passphrase=Secret("qwerty"))


def _refused(head: str, opening: Opening = BOTH) -> str:
    verdict = values_of(fromstring(container(head=head)), opening)  # noqa: S314  # our own text
    assert isinstance(verdict, Refused), verdict
    return verdict.detail


def test_a_container_without_a_key_has_plain_values() -> None:
    """Nothing has to be known."""
    assert values_of(fromstring(container()), Opening()) == Passed(Values())  # noqa: S314  # our own text


@pytest.mark.parametrize(
    "head",
    [
        derived_key(salt=""),
        derived_key(rounds="0"),
        derived_key(rounds="5000001"),
        derived_key(length="15"),
        derived_key(prf='<PRF Algorithm="http://x#hmac-md5"/>'),
    ],
)
def test_a_derivation_out_of_bounds_is_refused(head: str) -> None:
    """No salt, no rounds, rounds for an hour, an odd length, another function."""
    assert "key derivation" in _refused(head)


def test_a_number_that_is_none_is_refused() -> None:
    """Also where it would be huge."""
    assert "a number is not one" in _refused(derived_key(rounds="many"))
    for text in ("", "-1", "1.5", "٣", "9" * 20):
        with pytest.raises(Unreadable):
            decimal(text)


def test_a_derived_key_of_another_function() -> None:
    """SHA-256 as the pseudo-random function."""
    head = derived_key(prf='<PRF Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/>')
    verdict = values_of(fromstring(container(head=head)), BOTH)  # noqa: S314  # our own text
    assert isinstance(verdict, Passed)
    assert verdict.value.key is not None
    assert len(verdict.value.key) == 16
    assert verdict.value.key.hex() not in repr(verdict)


def test_other_keys_are_not_known() -> None:
    """Certificates, a key of an odd length, another MAC, another cipher, values cut short."""
    certificate = "<EncryptionKey><ds:X509Data/></EncryptionKey>"
    assert "neither under a pre-shared key nor" in _refused(certificate)
    assert "16, 24 or 32 bytes" in _refused(NAMED_KEY, Opening(key=Secret(b"short")))
    whole = base64.b64encode(bytes(48)).decode()
    assert "MAC algorithm" in _refused(NAMED_KEY + mac_method(whole, algorithm="urn:other"))
    assert "128 bits" not in _refused(NAMED_KEY + mac_method(whole))
    assert "256 bits" in _refused(NAMED_KEY + mac_method(whole, bits=256))
    assert "cut short" in _refused(NAMED_KEY + mac_method(whole[:20]))
    other = mac_method(whole).replace("aes128-cbc", "tripledes-cbc")
    assert "not AES-CBC" in _refused(NAMED_KEY + other)


def test_a_wrong_key_is_seen_before_anything_is_read() -> None:
    """The MAC of a value does not fit a container opened with another key."""
    vendor = Vendor(PRE_SHARED, mac_key=b"")
    element = fromstring(container(f"<Secret>{vendor.value(SECRET)}</Secret>"))[0]  # noqa: S314  # our own text
    assert Values(PRE_SHARED, "sha1", PRE_SHARED).octets(element) == SECRET
    with pytest.raises(Unreadable, match="MAC is wrong"):
        Values(bytes(16), "sha1", bytes(16)).octets(element)
    with pytest.raises(Unreadable, match="without a MAC"):
        Values(PRE_SHARED).octets(element)
    assert HMAC_SHA1.endswith("hmac-sha1")
