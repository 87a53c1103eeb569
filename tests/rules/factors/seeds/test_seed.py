"""What may be a seed, whatever file it came in."""

import pytest

from twogate.rules.factors.oath import LEAST_KEY_BYTES
from twogate.rules.factors.seeds.seed import Described, Seed, gathered, model_of, oath_seed, yubico_seed

KEY = bytes(20)


@pytest.mark.parametrize("size", [0, LEAST_KEY_BYTES - 1, 129])
def test_a_short_key_is_no_seed(size: int) -> None:
    """NIST SP 800-63B-4 section 3.1.4.1: 112 bits; and nobody's key has a thousand."""
    assert isinstance(oath_seed(Described("1", bytes(size), timed=False)), str)
    assert isinstance(oath_seed(Described("1", bytes(LEAST_KEY_BYTES), timed=False)), Seed)


def test_a_serial_is_normal() -> None:
    """One token typed in two ways is one."""
    small, large = (oath_seed(Described(text, KEY, timed=True)) for text in ("ga 12", "GA12"))
    assert small == large


def test_a_yubikey_is_three_things() -> None:
    """A public id in modhex, six bytes, sixteen bytes."""
    assert isinstance(yubico_seed("CCCCCCCCCCCB", private=bytes(6), key=bytes(16)), Seed)
    for public, private, key in (("xx", 6, 16), ("cccc", 5, 16), ("cccc", 6, 17)):
        assert isinstance(yubico_seed(public, private=bytes(private), key=bytes(key)), str)


def test_one_serial_of_two_kinds_is_two_things() -> None:
    """What is gathered keeps its order."""
    one, two = oath_seed(Described("cccc", KEY, timed=True)), yubico_seed("cccc", private=bytes(6), key=bytes(16))
    found = gathered([("line 1", one), ("line 2", two), ("line 3", "no"), ("line 4", one)])
    assert [seed.factor for seed in found.seeds] == ["hardware_token", "yubico_otp"]
    assert [bad.where for bad in found.unusable] == ["line 3", "line 4"]


def test_a_model_can_be_shown() -> None:
    """In one line, without control characters, not longer than a line."""
    assert model_of("  Acme\n\x1b[31mK1  ") == "Acme [31mK1"
    assert len(model_of("x" * 1000)) == 64
