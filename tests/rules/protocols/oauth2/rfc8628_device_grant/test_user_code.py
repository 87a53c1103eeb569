"""RFC 8628 section 6.1: codes that people read out and type."""

from collections import Counter

import pytest

from twogate.rules.protocols.oauth2.rfc8628_device_grant import user_code
from twogate.rules.protocols.oauth2.rfc8628_device_grant.user_code import ALPHABET, LENGTH


class Counting:
    """An entropy that gives every byte in turn."""

    def __init__(self) -> None:
        self._next = 0

    def bytes(self, size: int) -> bytes:
        self._next += size
        return bytes((self._next - size + number) % 256 for number in range(size))


def test_every_letter_is_as_likely_as_any_other() -> None:
    """Bytes that would favour the first letters are thrown away (256 is no multiple of 20)."""
    entropy, letters = Counting(), ""
    while entropy._next < 256 * 60:
        letters += user_code.new(entropy)
    counts = Counter(letters)
    assert set(counts) == set(ALPHABET)
    assert max(counts.values()) - min(counts.values()) <= len(letters) // 400


def test_there_are_enough_codes_and_none_spells_a_word() -> None:
    """34 bits, no vowel, no digit that looks like a letter."""
    assert len(set(ALPHABET)) ** LENGTH > 2**34
    assert not set(ALPHABET) & set("AEIOUY0123456789")


@pytest.mark.parametrize(
    "typed", ["WDJBMJHT", "wdjb-mjht", " WDJB MJHT ", "w d j b m j h t", "WDJB\u2013MJHT", "WDJB_MJHT"]
)
def test_however_it_is_typed_it_is_read(typed: str) -> None:
    """Case, blanks and whatever stands for a hyphen do not matter."""
    assert user_code.read(typed) == "WDJBMJHT"
    assert user_code.shown("WDJBMJHT") == "WDJB-MJHT"


@pytest.mark.parametrize(
    "typed", ["", "WDJB", "WDJBMJHTT", "WDJBMJHA", "WDJBMJH1", "\uff37DJBMJHT", "WDJBMJH\x00", "ß" * 8]
)
def test_what_cannot_be_one_is_none(typed: str) -> None:
    """Another length or letter, a look-alike from another script, a letter that grows in capitals."""
    assert user_code.read(typed) is None
