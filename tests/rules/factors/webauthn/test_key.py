"""Public keys: what fits its algorithm, and the key of nobody."""

import pytest
from fido2 import cbor
from fido2.cose import CoseKey
from tests.ports import SeededEntropy
from tests.rules.factors.webauthn.soft_key import EDDSA, ES256, RS256, cose, new_private

from twogate.rules.factors.webauthn.key import key_fault, key_of_nobody


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_good_keys_have_no_fault(algorithm: int) -> None:
    """One of each algorithm that is offered."""
    assert key_fault(cbor.encode(cose(new_private(algorithm), algorithm))) == ""


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        (b"", "cannot be read"),
        (b"\xa2\x01\x02\x01\x02", "cannot be read"),  # a name twice
        (b"\x80", "no COSE key"),
        (b"\xa0", "not offered"),
        (cbor.encode({1: 2, 3: -7}), "does not fit"),
        (cbor.encode({1: 1, 3: -8, -1: 6, -2: bytes(31)}), "does not fit"),
        (cbor.encode({1: 3, 3: -257, -1: bytes(256), -2: b"\x01\x00\x01"}), "does not fit"),
    ],
)
def test_each_fault_is_named(key: bytes, fault: str) -> None:
    """What is no key, what was not offered, what does not fit."""
    assert fault in key_fault(key)


def test_the_key_of_nobody_is_a_good_key() -> None:
    """It looks like any other, and another seed makes another one."""
    key = key_of_nobody(SeededEntropy())
    assert key_fault(key) == ""
    assert CoseKey.parse(cbor.decode(key)).ALGORITHM == ES256
    assert key_of_nobody(SeededEntropy("other")) != key
