"""What somebody gives up when they set up a new authenticator after a recovery (NIST SP 800-63B-4, 4.2 and 4.3).

Decides which of their authenticators were lost. A recovery code says that those of the new one's kind were. A pass was
asked for, waited for or agreed to by two administrators, because everything was lost: whatever was not shown since is
switched off. Whoever finds one again removes it and sets it up anew, which proves that they have it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from twogate.rules.factors.recovery_pass import RecoveryPass
from twogate.terms.account import Credential
from twogate.terms.proof import Proof


@dataclass(frozen=True, slots=True)
class GivenUp:
    """``replaced`` go for good, ``off`` are switched off and stay to be seen."""

    replaced: tuple[Credential, ...] = ()
    off: tuple[Credential, ...] = ()


def all_was_lost(proofs: Iterable[Proof]) -> bool:
    """Whether a pass stood in for the second factors."""
    return any(proof.factor == RecoveryPass.name for proof in proofs)


def given_up(own: Iterable[Credential], proofs: Collection[Proof], *, kind: str, seconds: Collection[str]) -> GivenUp:
    """``kind``: the factor of the new authenticator; ``seconds``: all factors that come second."""
    if not any(proof.nature.recovery for proof in proofs):
        return GivenUp()
    own, shown = tuple(own), {proof.credential for proof in proofs}
    replaced = tuple(one for one in own if one.factor == kind)
    if not all_was_lost(proofs):
        return GivenUp(replaced)
    others = (one for one in own if one.factor in seconds and one.factor != kind)
    return GivenUp(replaced, tuple(one for one in others if one.disabled is None and one.id not in shown))
