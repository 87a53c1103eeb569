"""Ids are prefixed and unguessable."""

import re

from twogate.outside.entropy import SystemEntropy
from twogate.terms.ids import new_id


def test_an_id_is_its_prefix_and_eighty_bits() -> None:
    """An id is the prefix and sixteen base32 characters."""
    assert re.fullmatch(r"usr_[a-z2-7]{16}", new_id("usr", SystemEntropy()))


def test_ids_differ() -> None:
    """A thousand ids are a thousand different ids."""
    assert len({new_id("ses", SystemEntropy()) for _ in range(1000)}) == 1000
