"""Each number of each rule book, by its clause."""

import pytest
from tests.ports import NOON

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.profiles import BOUNDS, Profile
from twogate.rules.assurance.session_life import ends
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Category, Nature, Proof

MINUTE, HOUR, DAY = 60, 3_600, 86_400
KNOWN = Proof("password", CredentialId("crd_1"), Nature(frozenset({Category.KNOWN}), ("pwd",)), NOON)
HELD = Proof("totp", CredentialId("crd_2"), Nature(frozenset({Category.HELD}), ("otp",)), NOON)
KEY = Proof(
    "key",
    CredentialId("crd_3"),
    Nature(
        frozenset({Category.HELD, Category.INHERENT}),
        ("hwk",),
        phishing_resistant=True,
        hardware_protected=True,
        replay_resistant=True,
    ),
    NOON,
)
PROOFS = {Level.AAL1: (KNOWN,), Level.AAL2: (KNOWN, HELD), Level.AAL3: (KEY,)}


@pytest.mark.parametrize(
    ("profile", "level", "idle", "overall"),
    [
        (Profile.NIST, Level.AAL1, 30 * DAY, 30 * DAY),  # SP 800-63B-4, 2.1.3
        (Profile.NIST, Level.AAL2, HOUR, 24 * HOUR),  # 2.2.3
        (Profile.NIST, Level.AAL3, 15 * MINUTE, 12 * HOUR),  # 2.3.3
        (Profile.ASVS, Level.AAL1, 30 * MINUTE, 12 * HOUR),  # ASVS 4.0.3, 3.3.2, level 2
        (Profile.ASVS, Level.AAL2, 30 * MINUTE, 12 * HOUR),  # likewise
        (Profile.ASVS, Level.AAL3, 15 * MINUTE, 12 * HOUR),  # level 3
        (Profile.PCI, Level.AAL1, 15 * MINUTE, 30 * DAY),  # PCI DSS 4.0.1, 8.2.8
        (Profile.PCI, Level.AAL2, 15 * MINUTE, 24 * HOUR),  # likewise
        (Profile.PCI, Level.AAL3, 15 * MINUTE, 12 * HOUR),  # likewise
    ],
)
def test_a_session_ends_when_the_rule_book_says(profile: Profile, level: Level, idle: int, overall: int) -> None:
    """Idle since its last use, or too old since its proofs, whichever comes first."""
    lifetimes = BOUNDS[profile].lifetimes
    assert ends(PROOFS[level], NOON, lifetimes) == NOON.plus(min(idle, overall))
    assert ends(PROOFS[level], NOON.plus(overall), lifetimes) == NOON.plus(overall)
    assert ends(PROOFS[level], NOON.plus(overall - idle), lifetimes) == NOON.plus(overall)


@pytest.mark.parametrize("profile", list(Profile))
def test_guesses_are_few(profile: Profile) -> None:
    """Ten in a row, then half an hour (PCI DSS 4.0.1, 8.3.4), a hundred in all (SP 800-63B-4, 3.2.2)."""
    bounds = BOUNDS[profile]
    assert bounds.tries <= 10
    assert bounds.lock >= 30 * MINUTE
    assert bounds.tries_in_all <= 100


@pytest.mark.parametrize(("profile", "characters"), [(Profile.NIST, 8), (Profile.ASVS, 8), (Profile.PCI, 12)])
def test_the_shortest_password(profile: Profile, characters: int) -> None:
    """SP 800-63B-4 3.1.1.2 (beside a second factor), ASVS 5.0 6.2.1, PCI DSS 4.0.1 8.3.6."""
    assert BOUNDS[profile].password == characters
