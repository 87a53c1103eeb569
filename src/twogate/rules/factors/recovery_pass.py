"""A recovery pass: a one-time secret that stands in for lost factors at one sign-in (NIST SP 800-63B-4, section 4.2).

Decides whether this is the secret that was handed out, and still in time. The password is asked for beside it, and it
is never worth a factor: ``Nature.recovery``. Who gets one, and when, is ``rules.recovery``.
"""

import hmac
from dataclasses import dataclass

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role, Traits
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

PREFIX = "tg_rs_"  # 256 random bits follow, so a plain SHA-256 is kept
_NATURE = Nature(categories=frozenset({Category.HELD}), amr=("otp",), replay_resistant=True, recovery=True)
_LONGEST_INPUT = 128


def pass_state(secret: Secret, *, until: Instant) -> FactorState:
    """What is kept of a pass."""
    return {"digest": secret.sha256(), "until": int(until), "used": False}


@dataclass(frozen=True, slots=True)
class RecoveryPass(Traits):
    """A letter, or a word from the help desk."""

    name = "recovery_pass"
    role = Role.RECOVERY
    lane = "recovery"
    self_service = False
    prompt = Prompt(title="Recovery pass", label="The secret from the letter or from the help desk")

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def left(self, state: FactorState) -> int | None:
        return 0 if state["used"] else 1

    def decoy(self, entropy: Entropy) -> FactorState:
        return {"digest": entropy.bytes(32).hex(), "until": 0, "used": True}

    def offer(self, account: Account, _entropy: Entropy) -> Begin:
        """Nobody sets one up: it is handed out."""
        return Begin(self.again(account, {}), {})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer()

    def accept(self, _remembered: FactorState, _given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        return Refused(Reason.FACTOR_NOT_OFFERED)

    def check(
        self,
        state: FactorState,
        given: Secret,
        now: Instant,
        *,
        asked: FactorState | None = None,  # noqa: ARG002  # nothing is asked
    ) -> Passed[Checked] | Refused:
        same = len(given) <= _LONGEST_INPUT and hmac.compare_digest(given.sha256(), str(state["digest"]))
        if not same or state["used"] or now >= state["until"]:
            return Refused(Reason.RECOVERY_PASS_WRONG)
        return Passed(Checked(_NATURE, {**state, "used": True}))
