"""Secrets at rest (NIST SP 800-38D): bound to their row, unreadable without the key."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ports import MASTER_KEY, SeededEntropy

from twogate.store.sealing import Sealing
from twogate.store.unit import StoreBroken


class _Stuck:
    """A generator that always gives the same bytes."""

    def bytes(self, count: int) -> bytes:
        return bytes(count)


@given(plain=st.binary(max_size=200), column=st.text(max_size=20), row=st.text(max_size=20))
@settings(max_examples=50)
def test_what_was_sealed_opens(plain: bytes, column: str, row: str) -> None:
    """For every content and place, with and without a generator."""
    for sealing in (Sealing(MASTER_KEY, SeededEntropy()), Sealing(MASTER_KEY)):
        assert sealing.open(column, row, sealing.seal(column, row, plain)) == plain


def test_a_sealed_value_is_at_home_in_one_place() -> None:
    """Another row, another column, another master key, another byte anywhere: it does not open."""
    sealing = Sealing(MASTER_KEY, SeededEntropy())
    sealed = sealing.seal("credentials.state", "crd_1", b"secret")
    for column, row in (("credentials.state", "crd_2"), ("signing_keys.private_pem", "crd_1")):
        with pytest.raises(StoreBroken):
            sealing.open(column, row, sealed)
    with pytest.raises(StoreBroken):
        Sealing(bytes(32)).open("credentials.state", "crd_1", sealed)
    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 1
        with pytest.raises(StoreBroken):
            sealing.open("credentials.state", "crd_1", bytes(broken))
    for length in range(len(sealed)):
        with pytest.raises(StoreBroken):
            sealing.open("credentials.state", "crd_1", sealed[:length])


def test_the_first_byte_names_the_master_key() -> None:
    """Version 1 today; another one is refused with its own sentence."""
    sealed = Sealing(MASTER_KEY).seal("c", "r", b"x")
    assert sealed[0] == 1
    with pytest.raises(StoreBroken, match="not known here"):
        Sealing(MASTER_KEY).open("c", "r", b"\x02" + sealed[1:])


def test_no_nonce_comes_twice_even_from_a_generator_that_is_stuck() -> None:
    """Different messages and rows get different nonces, since GCM falls apart when one repeats."""
    sealing = Sealing(MASTER_KEY, _Stuck())
    nonces = {sealing.seal("c", f"{row}", plain)[1:13] for row in range(20) for plain in (b"a", b"b", b"")}
    assert len(nonces) == 60


def test_the_same_secret_looks_different_each_time() -> None:
    """With a generator, sealing twice shows no one that it was the same value."""
    sealing = Sealing(MASTER_KEY, SeededEntropy())
    assert sealing.seal("c", "r", b"x") != sealing.seal("c", "r", b"x")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_the_master_key_has_256_bits(size: int) -> None:
    """Any other length is refused before anything is sealed under it."""
    with pytest.raises(ValueError, match="32 bytes"):
        Sealing(bytes(size))


def test_a_digest_tells_equal_values_and_nothing_else() -> None:
    """The same under the same key and column, another under any other, and not the plain hash."""
    sealing = Sealing(MASTER_KEY)
    digest = sealing.digest("dispatches.address_digest", b"+4915112345678")
    assert digest == Sealing(MASTER_KEY).digest("dispatches.address_digest", b"+4915112345678")
    assert digest != sealing.digest("dispatches.id", b"+4915112345678")
    assert digest != Sealing(bytes(32)).digest("dispatches.address_digest", b"+4915112345678")
    assert digest != hashlib.sha256(b"+4915112345678").digest()
