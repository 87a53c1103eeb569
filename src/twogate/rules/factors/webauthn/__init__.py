"""Passkeys and security keys (W3C Web Authentication, levels 2 and 3): what is asked of them, whether it holds.

Each step of the specification's sections 7.1 and 7.2 is in ``registration`` or ``assertion``.
"""

from twogate.rules.factors.webauthn.factor import WebAuthn
from twogate.rules.factors.webauthn.metadata import Metadata, MetadataInvalid, read_metadata
from twogate.rules.factors.webauthn.parameters import Attestation, PasskeyRules, Verification

__all__ = ["Attestation", "Metadata", "MetadataInvalid", "PasskeyRules", "Verification", "WebAuthn", "read_metadata"]
