"""Who may change an account's own factors (NIST SP 800-63B-4 section 4.1.2, OWASP ASVS 7.5.1).

Decides how strong and how fresh the proofs must be. A session alone is never enough, however it was come by.
"""

from collections.abc import Iterable

from twogate.rules.assurance.level import Level, add_up
from twogate.rules.assurance.step_up import Need, met
from twogate.rules.factors.contract import Role
from twogate.rules.signin.facts import Enrolled, Facts
from twogate.terms.ids import CredentialId
from twogate.terms.proof import Proof
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

MOST_AUTHENTICATORS = 40


def needed(facts: Facts, *, fresh: int) -> Need:
    """The highest level that the account can reach, proved within ``fresh`` seconds.

    Where a second factor existed once, never less than AAL2: a lost one comes back by a recovery code only.
    """
    own = (one for one in facts.enrolled if one.usable and one.role is not Role.RECOVERY)
    highest = add_up(Proof(one.factor, one.credential, one.nature, facts.now) for one in own).level
    return Need(max(highest, Level.AAL2 if facts.enrolled_once else Level.AAL1), fresh)


def refuse_change(proofs: Iterable[Proof], facts: Facts, *, fresh: int) -> Refused | None:
    """Why these proofs are not enough to change factors or password; None if they are."""
    shown = tuple(proofs)
    need = needed(facts, fresh=fresh)
    if met(need, shown, now=facts.now, started=facts.now):
        return None
    if add_up(shown).level < need.level:
        return Refused(Reason.LEVEL_TOO_LOW, f"needs {need.level.acr}")
    return Refused(Reason.PROOF_TOO_OLD, f"needs proofs younger than {fresh} s")


def refuse_addition(proofs: Iterable[Proof], facts: Facts, *, fresh: int) -> Refused | None:
    """Likewise for one factor more: a fresh recovery code beside a fresh first factor is enough for that."""
    shown = tuple(proofs)
    young = [proof for proof in shown if facts.now.since(proof.at) <= fresh]
    if any(proof.nature.recovery for proof in young) and any(not proof.nature.recovery for proof in young):
        return None
    return refuse_change(shown, facts, fresh=fresh)


def refuse_number(facts: Facts) -> Refused | None:
    """Why an account gets no authenticator more: each is looked at in every sign-in, and kept for good."""
    if len(facts.enrolled) < MOST_AUTHENTICATORS:
        return None
    return Refused(Reason.TOO_MANY_HELD, f"{len(facts.enrolled)} authenticators")


def refuse_removal(wanted: CredentialId, facts: Facts) -> Refused | None:
    """A second factor may go while there is another, or a recovery code to set one up again."""
    found = next((one for one in facts.enrolled if one.credential == wanted), None)
    if found is None or found.role is not Role.SECOND:
        return Refused(Reason.FACTOR_NOT_OFFERED, "not a factor that can be removed")
    if any(_stands_in(one, wanted) for one in facts.enrolled):
        return None
    return Refused(Reason.LAST_FACTOR)


def _stands_in(one: Enrolled, gone: CredentialId) -> bool:
    """What proves nothing, as a code by mail, stands in for nothing."""
    counts = one.usable and one.nature.raises_assurance
    return counts and one.role is not Role.FIRST and one.credential != gone
