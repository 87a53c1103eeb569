"""What a browser is asked to do: options for making a credential and for using one, as JSON.

Decides their content (W3C Web Authentication, sections 5.4 and 5.5). As long as nobody is known, options name no
credential: they are the same whoever's name was typed, so they cannot tell who has a passkey.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from twogate.rules.factors.contract import Account, FactorState
from twogate.rules.factors.webauthn.answer import decode
from twogate.rules.factors.webauthn.parameters import ALGORITHMS, Attestation, PasskeyRules, Verification

CHALLENGE_BYTES = 32
_TRANSPORTS = {one.value: one for one in AuthenticatorTransport}


def creation(account: Account, challenge: bytes, rules: PasskeyRules) -> dict[str, Any]:
    """Return the argument of ``navigator.credentials.create()``."""
    options = generate_registration_options(
        rp_id=rules.rp_id,
        rp_name=account.issuer,
        user_id=account.handle.encode(),
        user_name=account.name,
        user_display_name=next(iter(account.words), "") or account.name,
        challenge=challenge,
        timeout=rules.life * 1000,
        attestation=_conveyance(rules),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement(rules.verification),
        ),
        exclude_credentials=_descriptors(account.existing),
        supported_pub_key_algs=list(ALGORITHMS),
    )
    return {"publicKey": options_to_json_dict(options)}


def request(states: Sequence[FactorState], challenge: bytes, rules: PasskeyRules) -> dict[str, Any]:
    """Return the argument of ``navigator.credentials.get()``; for nobody yet it may wait in a form's autofill."""
    options = generate_authentication_options(
        rp_id=rules.rp_id,
        challenge=challenge,
        timeout=rules.life * 1000,
        allow_credentials=_descriptors(states),
        user_verification=UserVerificationRequirement(verification(states, rules)),
    )
    found: dict[str, Any] = {"publicKey": options_to_json_dict(options)}
    return found if states else {**found, "mediation": "conditional"}


def verification(states: Sequence[FactorState], rules: PasskeyRules) -> Verification:
    """A passkey that stands alone must check who holds it; beside a password it may do as the operator wishes."""
    return rules.verification if states else Verification.REQUIRED


def known_transports(names: Iterable[str]) -> list[str]:
    """Return the transports that the specification knows, sorted."""
    return sorted(_TRANSPORTS.keys() & set(names))


def _conveyance(rules: PasskeyRules) -> AttestationConveyancePreference:
    if rules.attestation is Attestation.NONE:
        return AttestationConveyancePreference.NONE
    return AttestationConveyancePreference.DIRECT


def _descriptors(states: Iterable[Mapping[str, Any]]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=decode(str(one["id"])) or b"",
            transports=[_TRANSPORTS[name] for name in one["transports"] if name in _TRANSPORTS],
        )
        for one in states
    ]
