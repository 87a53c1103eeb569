"""Verify a new credential: W3C Web Authentication, section 7.1, with the library and with what it leaves out.

Decides whether a credential may be stored and what is stored of it. Left out by the library, and done here or beside
it: frames (``answer``), the id inside the signed data, the shape of keys (``key``), statements that should be empty,
bytes behind the end, credentials that exist already, certificates and who is trusted (``attestation``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from fido2 import cbor
from webauthn import verify_registration_response
from webauthn.helpers import aaguid_to_string, parse_authenticator_data
from webauthn.helpers.structs import AttestationFormat, AuthenticatorData

from twogate.rules.factors.contract import FactorState
from twogate.rules.factors.webauthn.answer import Answer, Asked, decode, encode, read, refuse
from twogate.rules.factors.webauthn.attestation import FORMATS, NONE, Statement, judge
from twogate.rules.factors.webauthn.key import key_fault
from twogate.rules.factors.webauthn.library import asked_of_library
from twogate.rules.factors.webauthn.options import known_transports
from twogate.rules.factors.webauthn.parameters import ALGORITHMS, PasskeyRules, Verification
from twogate.rules.factors.webauthn.tpm import TPM, key_stays_inside
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_PARTS = {"fmt", "attStmt", "authData"}


@dataclass(frozen=True, slots=True)
class _Made:
    """A new credential as its authenticator describes it, not verified yet."""

    format: str
    statement: Mapping[str, Any] = field(repr=False)
    data: AuthenticatorData
    number: bytes  # AAGUID
    key: bytes = field(repr=False)


def register(
    remembered: FactorState, given: Secret, rules: PasskeyRules, *, now: Instant
) -> Passed[FactorState] | Refused:
    """Return what to store of the credential that was made for ``remembered``."""
    answer = read(given)
    if isinstance(answer, Refused):
        return answer
    asked = Asked("webauthn.create", str(remembered["challenge"]), rules.origin)
    made = refuse(answer, asked) or _made(answer)
    if isinstance(made, Refused):
        return made
    refused = _refuse_key(answer, made, remembered, rules=rules) or _verify(answer, asked, rules)
    if refused is not None:
        return refused
    aaguid = aaguid_to_string(made.number)
    chain = tuple(made.statement.get("x5c") or ())
    hardware = judge(Statement(made.format, aaguid, made.number, chain, made.statement.get("alg")), rules, now)
    if isinstance(hardware, Refused):
        return hardware
    flags = made.data.flags
    return Passed(
        {
            "id": answer.credential_id,
            "key": encode(made.key),
            "sign_count": made.data.sign_count,
            "aaguid": aaguid,
            "transports": known_transports(answer.transports),
            "backup_eligible": flags.be,
            "backed_up": flags.bs,
            "verified": flags.uv,
            "hardware": hardware.value and not flags.be and _stays(made),
            "format": made.format,
            "handle": str(remembered["handle"]),
        }
    )


def _stays(made: _Made) -> bool:
    return made.format != TPM or key_stays_inside(made.statement.get("pubArea"))


def _made(answer: Answer) -> _Made | Refused:
    """Take the attestation object apart (section 6.5.4)."""
    taken = asked_of_library(lambda: cbor.decode_from(decode(answer.response["attestationObject"]) or b""))
    if isinstance(taken, Refused):
        return _malformed(f"the attestation object cannot be read: {taken.detail}")
    found, rest = taken.value
    if rest or not isinstance(found, dict) or found.keys() != _PARTS:
        return _malformed("the attestation object has other parts")
    form, statement = found["fmt"], found["attStmt"]
    if not isinstance(form, str) or form not in FORMATS:
        return Refused(Reason.PASSKEY_NOT_ACCEPTED, "an attestation format that is not known")
    if not isinstance(statement, dict) or (form == NONE and statement):
        return _malformed("the attestation statement has other parts")
    parsed = asked_of_library(lambda: parse_authenticator_data(found["authData"]))
    if isinstance(parsed, Refused):
        return _malformed(f"the authenticator data cannot be read: {parsed.detail}")
    attested = parsed.value.attested_credential_data
    if attested is None:
        return _malformed("the authenticator data hold no credential")
    if encode(attested.credential_id) != answer.credential_id:
        return _wrong("the credential that was made is another")
    return _Made(form, statement, parsed.value, attested.aaguid, attested.credential_public_key)


def _refuse_key(answer: Answer, made: _Made, remembered: FactorState, *, rules: PasskeyRules) -> Refused | None:
    if answer.credential_id in remembered["known"]:
        return Refused(Reason.ALREADY_ENROLLED)
    if fault := key_fault(made.key):
        return Refused(Reason.PASSKEY_NOT_ACCEPTED, fault)
    if rules.verification is Verification.REQUIRED and not made.data.flags.uv:
        return Refused(Reason.PASSKEY_UNVERIFIED)
    return None


def _verify(answer: Answer, asked: Asked, rules: PasskeyRules) -> Refused | None:
    """Let the library go through section 7.1; whom to trust is decided afterwards.

    Apple and Android are judged by the roots that the library knows; the operator's own are added to them.
    """
    roots = [one.public_bytes(Encoding.PEM) for one in rules.roots]
    verified = asked_of_library(
        lambda: verify_registration_response(
            credential=answer.raw,
            expected_challenge=decode(asked.challenge) or b"",
            expected_rp_id=rules.rp_id,
            expected_origin=asked.origin,
            require_user_verification=rules.verification is Verification.REQUIRED,
            supported_pub_key_algs=list(ALGORITHMS),
            pem_root_certs_bytes_by_fmt={AttestationFormat.APPLE: roots, AttestationFormat.ANDROID_KEY: roots},
        )
    )
    return verified if isinstance(verified, Refused) else None


def _malformed(detail: str) -> Refused:
    return Refused(Reason.PASSKEY_MALFORMED, detail)


def _wrong(detail: str) -> Refused:
    return Refused(Reason.PASSKEY_WRONG, detail)
