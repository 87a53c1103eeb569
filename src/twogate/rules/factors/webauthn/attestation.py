"""Which authenticators may be set up: what their maker's certificate says, held against the operator's wishes.

Decides by W3C Web Authentication, section 7.1, steps 21 to 24, and FIDO Metadata Service 3.0, section 3.1.4. That the
certificate made the signature over the new key was verified before, in ``registration``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509

from twogate.rules.factors.webauthn.chain import leads_to, names_other_model, packed_certificate_fault
from twogate.rules.factors.webauthn.metadata import Make
from twogate.rules.factors.webauthn.parameters import Attestation, PasskeyRules
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

NONE: Final = "none"
PACKED: Final = "packed"
_RS1: Final = -65535  # RSASSA-PKCS1-v1_5 with SHA-1: "deprecated" (RFC 8812, section 2), and still what some TPMs do
FORMATS: Final = frozenset({NONE, PACKED, "tpm", "android-key", "apple"})  # section 8; no U2F, no SafetyNet


@dataclass(frozen=True, slots=True)
class Statement:
    """What an authenticator said about itself. ``chain``: its maker's certificates (DER), the leaf first."""

    format: str
    aaguid: str
    number: bytes  # the AAGUID as it stands in certificates
    chain: Sequence[bytes] = field(repr=False)
    algorithm: object = None  # COSE number, as it was sent


def judge(statement: Statement, rules: PasskeyRules, now: Instant) -> Passed[bool] | Refused:
    """Whether it may be set up, and if so whether its maker vouches for a key that stays in hardware."""
    try:
        chain = tuple(x509.load_der_x509_certificate(one) for one in statement.chain)
        fault = _certificate_fault(statement, chain)
    except (ValueError, TypeError):
        fault = "a certificate cannot be read"
    if fault:
        return _refuse(fault)
    if rules.attestation is not Attestation.NONE and rules.allowed and statement.aaguid not in rules.allowed:
        return _refuse(f"{statement.aaguid} is not on the list")
    if rules.attestation is not Attestation.TRUSTED:
        return Passed(False)
    if statement.algorithm == _RS1:
        return _refuse("the statement is signed with SHA-1, which vouches for nothing")
    make = rules.metadata.make(statement.aaguid) if rules.metadata else None
    if make is not None and (make.broken or set(make.leaked) & set(statement.chain)):
        return _refuse(f"{statement.aaguid}: {make.broken or 'the key of its certificate is known to others'}")
    if not leads_to(chain, _roots(rules, make), now):
        return _refuse(f"nobody we trust vouches for {statement.aaguid}")
    return Passed(make is None or make.hardware)


def broken_since(aaguid: str, rules: PasskeyRules) -> str:
    """Why a make that was set up once is not taken any more; empty if it is."""
    make = rules.metadata.make(aaguid) if rules.metadata and rules.attestation is Attestation.TRUSTED else None
    return "" if make is None else make.broken


def _roots(rules: PasskeyRules, make: Make | None) -> tuple[x509.Certificate, ...]:
    return rules.roots if make is None else (*rules.roots, *make.roots)


def _certificate_fault(statement: Statement, chain: Sequence[x509.Certificate]) -> str:
    if not chain:
        return ""
    if names_other_model(chain[0], statement.number):
        return "the certificate is of another model"
    return packed_certificate_fault(chain[0]) if statement.format == PACKED else ""


def _refuse(detail: str) -> Refused:
    return Refused(Reason.PASSKEY_NOT_ACCEPTED, detail)
