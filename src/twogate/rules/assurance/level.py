"""What proofs add up to: the one file that answers it (NIST SP 800-63B-4 section 2, OpenID EAP ACR values).

Sessions, tokens, rules and reports read this answer. Whether a single proof is good is for ``rules.factors``;
whether a level is enough for a request is for ``rules.policy``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from twogate.terms.instant import Instant
from twogate.terms.proof import Category, Proof


class Level(IntEnum):
    """Assurance as one ladder: each rung implies the ones below, so a comparison decides.

    ``phr`` and ``phrh`` (OpenID Connect Extended Authentication Profile ACR values 1.0) are read as AAL2 with a
    phishing-resistant, respectively also hardware-protected, proof; ``aal3`` needs a key that cannot leave
    its device and a verified user as well.
    """

    NONE = 0
    AAL1 = 1
    AAL2 = 2
    PHR = 3
    PHRH = 4
    AAL3 = 5

    @property
    def acr(self) -> str:
        """The value for the ``acr`` claim, lower case."""
        return self.name.lower()

    @classmethod
    def from_acr(cls, text: str) -> "Level":
        """Read an ``acr`` value.

        Raises:
            ValueError: no such level.
        """
        for level in cls:
            if level.acr == text:
                return level
        raise ValueError("no such authentication context class")


@dataclass(frozen=True, slots=True)
class Assurance:
    """The sum of some proofs."""

    level: Level
    factors: int  # distinct categories, 0 to 3
    amr: tuple[str, ...]  # RFC 8176, sorted, with "mfa" where two categories were shown
    auth_time: Instant  # when the oldest proof that the level rests on was given; 0 without proofs


def add_up(proofs: Iterable[Proof]) -> Assurance:
    """Return what the proofs are worth together; context and e-mail proofs add nothing.

    ``auth_time`` is as young as the level allows: an old proof that the level does not need does not age it.
    """
    counted = sorted((p for p in proofs if p.nature.raises_assurance), key=lambda proof: proof.at, reverse=True)
    if not counted:
        return Assurance(Level.NONE, 0, (), Instant(0))
    level = _level(counted)
    needed = next(n for n in range(1, len(counted) + 1) if _level(counted[:n]) == level)
    categories = _categories(counted)
    methods = {method for proof in counted for method in proof.nature.amr}
    if level >= Level.AAL2:
        methods.add("mfa")
    return Assurance(level, len(categories), tuple(sorted(methods)), counted[needed - 1].at)


def _categories(proofs: list[Proof]) -> frozenset[Category]:
    """Return the categories shown; a recovery proof opens the door but is no factor (NIST SP 800-63B-4, 4.2)."""
    return frozenset(c for proof in proofs if not proof.nature.recovery for c in proof.nature.categories)


def _level(proofs: list[Proof]) -> Level:
    natures = [proof.nature for proof in proofs if not proof.nature.recovery]
    held = [nature for nature in natures if Category.HELD in nature.categories]
    if len(_categories(proofs)) < 2 or not held:  # noqa: PLR2004  # two factors, one of them held (63B-4, 2.2.1)
        return Level.AAL1
    strong = [nature for nature in held if nature.phishing_resistant]
    if not strong:
        return Level.AAL2
    hardware = [nature for nature in strong if nature.hardware_protected]
    if not hardware:
        return Level.PHR
    if any(not nature.syncable and nature.replay_resistant for nature in hardware):
        return Level.AAL3
    return Level.PHRH
