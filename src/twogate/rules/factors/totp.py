"""Time-based one-time passwords (RFC 6238) on the HMAC-based ones of RFC 4226.

Decides whether a code belongs to one of the steps that are accepted now, and never accepts a step twice or an
earlier one after it. How often somebody may try is for the caller (RFC 4226 section 7.3).
"""

import base64
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role, Traits
from twogate.rules.factors.oath import hotp, read_digits
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

SECRET_BYTES = 20  # RFC 4226 section 4, R6: 160 bits are recommended
_NATURE = Nature(categories=frozenset({Category.HELD}), amr=("otp",), replay_resistant=True)


@dataclass(frozen=True, slots=True)
class TotpRules:
    """How codes look and how far clocks may differ."""

    digits: int = 6  # or 8
    period: int = 30  # seconds
    algorithm: str = "SHA1"  # what every authenticator app understands; or SHA256, SHA512
    back: int = 1  # steps behind: RFC 6238 section 5.2 allows one for the delay of the network
    ahead: int = 1  # steps ahead, for phones whose clock is fast (section 6)


@dataclass(frozen=True, slots=True)
class Totp(Traits):
    """An authenticator app, or a hardware token with a clock."""

    rules: TotpRules = TotpRules()  # frozen

    name = "totp"
    role = Role.SECOND
    lane = "code"

    @property
    def prompt(self) -> Prompt:
        return Prompt(
            title="Authenticator app",
            label="Code from the app",
            digits=self.rules.digits,
            autocomplete="one-time-code",
        )

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def decoy(self, entropy: Entropy) -> FactorState:
        return self._fresh(entropy)

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        state = self._fresh(entropy)
        return Begin(self.again(account, state), state)

    def again(self, account: Account, remembered: FactorState) -> Offer:
        secret = str(remembered["secret"])
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return Offer(uri=_uri(account, remembered), secret=groups)

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        checked = self.check(remembered, given, now)
        if isinstance(checked, Refused):
            return checked
        return Passed(Accepted(checked.value.next_state or remembered, checked.value.nature))

    def check(
        self,
        state: FactorState,
        given: Secret,
        now: Instant,
        *,
        asked: FactorState | None = None,  # noqa: ARG002  # nothing is asked
    ) -> Passed[Checked] | Refused:
        digits = int(state["digits"])
        code = read_digits(given, digits)
        if code is None:
            return Refused(Reason.CODE_MALFORMED)
        step = self._step(state, code, now)
        if step is None:
            return Refused(Reason.CODE_WRONG)
        if step <= int(state["last_step"]):
            return Refused(Reason.CODE_REPLAYED, f"step {step}, last one used {state['last_step']}")
        return Passed(Checked(_NATURE, {**state, "last_step": step}))

    def _step(self, state: FactorState, code: str, now: Instant) -> int | None:
        """Return the step the code belongs to; every step is compared, so that time tells nothing about which.

        Of several that match (one in some 300,000 codes) the newest counts: it leaves the least to be replayed.
        """
        key = base64.b32decode(str(state["secret"]))
        present = now.seconds // int(state["period"])
        matched = None
        for step in range(max(0, present - self.rules.back), present + self.rules.ahead + 1):
            value = hotp(key, step, digits=int(state["digits"]), algorithm=str(state["algorithm"]))
            if hmac.compare_digest(value.encode(), code.encode()):
                matched = step
        return matched

    def _fresh(self, entropy: Entropy) -> dict[str, Any]:
        return {
            "secret": base64.b32encode(entropy.bytes(SECRET_BYTES)).decode("ascii"),
            "digits": self.rules.digits,
            "period": self.rules.period,
            "algorithm": self.rules.algorithm,
            "last_step": -1,
        }


def _uri(account: Account, state: FactorState) -> str:
    """Return the otpauth URI that apps read (the "Key Uri Format"); parameters that are defaults are left out."""
    issuer = " ".join(account.issuer.replace(":", " ").split())  # a colon parts issuer and name
    label = f"{quote(issuer, safe='')}:{quote(account.name, safe='')}"
    query = f"secret={state['secret']}&issuer={quote(issuer, safe='')}"
    for key, usual in (("algorithm", "SHA1"), ("digits", 6), ("period", 30)):
        if state[key] != usual:
            query += f"&{key}={state[key]}"
    return f"otpauth://totp/{label}?{query}"
