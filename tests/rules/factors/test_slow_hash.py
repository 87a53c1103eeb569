"""Argon2id as it is stored, compared, peppered and renewed."""

import pytest
from argon2 import PasswordHasher
from tests.ports import SeededEntropy

from twogate.rules.factors.slow_hash import Cost, SlowHash
from twogate.terms.secret import Secret

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
SALT = bytes(range(16))


def test_the_default_cost_is_the_least_that_is_advised() -> None:
    """19 MiB, two passes, one lane."""
    assert SlowHash().cost == Cost(19_456, 2, 1)


def test_the_stored_form_names_scheme_and_cost() -> None:
    """An independent library verifies it from the text alone."""
    encoded = SlowHash(CHEAP).hash(b"plum", SALT)
    assert encoded.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert PasswordHasher().verify(encoded, b"plum")


def test_the_pepper_is_part_of_the_secret() -> None:
    """Without the key that is kept apart, the database's hashes match nothing."""
    peppered = SlowHash(CHEAP, Secret("kept apart"))
    encoded = peppered.hash(b"plum", SALT)
    assert peppered.matches(encoded, b"plum")
    assert not SlowHash(CHEAP).matches(encoded, b"plum")
    assert not SlowHash(CHEAP, Secret("another")).matches(encoded, b"plum")


@pytest.mark.parametrize(
    "text", ["", "plum", "$argon2i$v=19$m=8,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=8,t=1,p=1$!$!", "$2b$12$x"]
)
def test_what_is_no_argon2id_hash_matches_nothing(text: str) -> None:
    """A damaged or foreign value in the database is a no, not a fault."""
    assert not SlowHash(CHEAP).matches(text, b"plum")


def test_an_outdated_cost_is_noticed() -> None:
    """Any of the three numbers counts."""
    encoded = SlowHash(CHEAP).hash(b"plum", SALT)
    assert not SlowHash(CHEAP).outdated(encoded)
    assert SlowHash(Cost(16, 1, 1)).outdated(encoded)
    assert SlowHash(Cost(8, 2, 1)).outdated(encoded)


def test_a_decoy_looks_like_a_hash() -> None:
    """It has the present cost, and no two are alike."""
    slow = SlowHash(CHEAP)
    decoy = slow.decoy(SeededEntropy("one"))
    assert len(decoy) == len(slow.hash(b"plum", SALT))
    assert not slow.matches(decoy, b"")
    assert decoy != slow.decoy(SeededEntropy("two"))
