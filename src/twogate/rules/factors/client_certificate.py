"""A client certificate that the connection showed (RFC 8705 section 2): held, and of no use to a phishing site.

Decides whether it is the one that was set up. Whether it is good at all (its authority, its time, its revocation), and
that its key was there, is for the gateway, which alone sees the handshake; what it found is what is checked here,
never anything that was typed.
"""

import hmac
from dataclasses import dataclass

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role, Traits
from twogate.terms.caller import ClientCertificate
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_THUMBPRINT_LENGTH = 43  # base64url of 32 bytes
_HELD = frozenset({Category.HELD})
_SOFTWARE = Nature(_HELD, amr=("swk",), phishing_resistant=True, replay_resistant=True, syncable=True)
_HARDWARE = Nature(_HELD, amr=("hwk",), phishing_resistant=True, replay_resistant=True, hardware_protected=True)


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """``hardware``: names (RFC 2253) of authorities that certify only keys which cannot leave their hardware."""

    hardware: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CertificateFactor(Traits):
    """One certificate; a renewed one is another."""

    rules: CertificateRules = CertificateRules()  # frozen

    name = "client_certificate"
    role = Role.SECOND
    lane = "code"
    many = True
    presented = True

    @property
    def prompt(self) -> Prompt:
        return Prompt(title="Client certificate", label="Your browser shows it", untyped=True)

    def nature(self, state: FactorState) -> Nature:
        return _HARDWARE if state.get("issuer") in self.rules.hardware else _SOFTWARE

    def identifier(self, state: FactorState) -> str:
        return str(state["thumbprint"])

    def decoy(self, entropy: Entropy) -> FactorState:
        return {"thumbprint": entropy.bytes(_THUMBPRINT_LENGTH).hex()[:_THUMBPRINT_LENGTH], "issuer": "", "subject": ""}

    def offer(self, account: Account, _entropy: Entropy) -> Begin:
        return Begin(self.again(account, {}), {})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer(hint="The certificate that this connection shows is set up. Nothing has to be typed.")

    def accept(self, _remembered: FactorState, given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        shown = ClientCertificate.read(given)
        if shown is None:
            return Refused(Reason.CERTIFICATE_MISSING)
        state = {"thumbprint": shown.thumbprint, "issuer": shown.issuer, "subject": shown.subject}
        return Passed(Accepted(state, self.nature(state), label=shown.common_name))

    def check(
        self,
        state: FactorState,
        given: Secret,
        _now: Instant,
        *,
        asked: FactorState | None = None,  # noqa: ARG002  # the handshake was the challenge
    ) -> Passed[Checked] | Refused:
        shown = ClientCertificate.read(given)
        if shown is None:
            return Refused(Reason.CERTIFICATE_MISSING)
        if not hmac.compare_digest(shown.thumbprint.encode(), str(state["thumbprint"]).encode()):
            return Refused(Reason.CERTIFICATE_NOT_ENROLLED)
        return Passed(Checked(self.nature(state)))
