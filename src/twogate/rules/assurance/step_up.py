"""Is that enough, still, and if not: what is the least to ask for? (RFC 9470, NIST SP 800-63B-4 section 2).

Decides whether proofs meet a need, and the smallest set of authenticators that would. What proofs add up to is
``level``; in which order a person is asked is ``rules.signin``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from twogate.rules.assurance.level import Level, add_up
from twogate.terms.ids import CredentialId
from twogate.terms.instant import Instant
from twogate.terms.proof import Nature, Proof

_MOST_AT_ONCE = 3  # there are three categories: a fourth authenticator never adds anything


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody has to have proved: a level, how long ago at most (seconds), how many categories."""

    level: Level
    max_age: int | None = None
    factors: int = 0


@dataclass(frozen=True, slots=True)
class Available:
    """An authenticator that could be asked for, and what its proof would be worth."""

    factor: str
    credential: CredentialId
    nature: Nature


def youngest(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Keep the youngest proof of each credential, oldest first."""
    kept: dict[CredentialId, Proof] = {}
    for proof in sorted(proofs, key=lambda proof: proof.at):
        kept.pop(proof.credential, None)
        kept[proof.credential] = proof
    return tuple(kept.values())


def met(need: Need, proofs: Iterable[Proof], *, now: Instant, started: Instant) -> bool:
    """Whether the proofs meet the need. Whatever was proved since ``started`` is fresh: the flow itself takes time."""
    worth = add_up(proofs)
    if worth.level < need.level or worth.factors < need.factors:
        return False
    if need.max_age is None:
        return True
    return worth.level > Level.NONE and worth.auth_time >= min(started, now.plus(-need.max_age))


def way_to(
    need: Need,
    proofs: Iterable[Proof],
    available: Sequence[Available],
    *,
    now: Instant,
    started: Instant,
) -> tuple[Available, ...] | None:
    """Return the smallest set of authenticators whose proof now would meet the need; None when no set does.

    Among sets of one size the first in the order of ``available`` wins. An empty set means that the need is met.
    """
    shown = tuple(proofs)
    for size in range(min(len(available), _MOST_AT_ONCE) + 1):
        for chosen in combinations(available, size):
            hoped = (Proof(one.factor, one.credential, one.nature, now) for one in chosen)
            if met(need, youngest((*shown, *hoped)), now=now, started=started):
                return chosen
    return None
