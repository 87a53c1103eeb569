"""Whether a certificate of an authenticator leads to a root that is trusted (RFC 5280 section 6, at a given time).

Decides trust in a chain, and what certificates of authenticators must look like (W3C Web Authentication, section
8.2.1). The signature that the certificate makes over the new key is for ``registration``.
"""

from collections.abc import Sequence

from cryptography import x509
from cryptography.x509 import ExtensionNotFound, ObjectIdentifier, UnrecognizedExtension
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from twogate.terms.instant import Instant

AAGUID_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")  # id-fido-gen-ce-aaguid
_OCTETS = bytes((0x04, 16))  # an OCTET STRING of sixteen bytes
_MOST_INTERMEDIATES = 3


def leads_to(chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], now: Instant) -> bool:
    """Whether the first certificate is one of the trusted ones, or the others lead from it to one of them."""
    if not chain or not roots:
        return False
    leaf, moment = chain[0], now.utc()
    if leaf in roots:
        return leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc
    verifier = (
        PolicyBuilder()
        .store(Store(list(roots)))
        .time(moment)
        .max_chain_depth(_MOST_INTERMEDIATES)
        .extension_policies(ca_policy=_authority(), ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, list(chain[1:]))
    except VerificationError:
        return False
    return True


def packed_certificate_fault(leaf: x509.Certificate) -> str:
    """What is wrong with the certificate of a packed attestation (section 8.2.1); empty if nothing is."""
    if leaf.version is not x509.Version.v3:
        return "the certificate is not of version 3"
    subject = {name: [str(one.value) for one in leaf.subject.get_attributes_for_oid(name)] for name in _SUBJECT}
    if not all(subject.values()) or subject[NameOID.ORGANIZATIONAL_UNIT_NAME] != ["Authenticator Attestation"]:
        return "the certificate's subject is not that of an authenticator"
    try:
        constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
    except ExtensionNotFound:
        return "the certificate does not say that it is no authority"
    return "the certificate is one of an authority" if constraints.ca else ""


def names_other_model(leaf: x509.Certificate, aaguid: bytes) -> bool:
    """Whether the certificate was made for another model than the authenticator says it is."""
    try:
        found = leaf.extensions.get_extension_for_oid(AAGUID_EXTENSION)
    except ExtensionNotFound:
        return False
    value = found.value
    return found.critical or not isinstance(value, UnrecognizedExtension) or value.value != _OCTETS + aaguid


_SUBJECT = (
    NameOID.COUNTRY_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.COMMON_NAME,
)


def _authority() -> ExtensionPolicy:
    """Makers' authorities leave out much that web authorities must have, but must say that they are authorities."""
    return ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority)


def _is_authority(_policy: Policy, _certificate: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("not an authority")
