"""Verify that somebody holds a credential: W3C Web Authentication, section 7.2, the library and what it leaves out.

Decides whether an assertion is good and what its credential's next state is. The counter is judged last, once the
signature is known to be good: otherwise anybody could have a key switched off by claiming a low number.
"""

import hmac
from typing import Any

from webauthn import verify_authentication_response
from webauthn.helpers import parse_authenticator_data
from webauthn.helpers.structs import AuthenticatorData

from twogate.rules.factors.contract import FactorState
from twogate.rules.factors.webauthn.answer import Answer, Asked, decode, read, refuse
from twogate.rules.factors.webauthn.attestation import broken_since
from twogate.rules.factors.webauthn.library import asked_of_library
from twogate.rules.factors.webauthn.parameters import PasskeyRules
from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


def verify(
    state: FactorState, given: Secret, asked: FactorState | None, *, rules: PasskeyRules, now: Instant
) -> Passed[FactorState] | Refused:
    """Return the credential's next state."""
    if asked is None:
        return _wrong("nothing was asked")
    if now.since(int(asked["at"])) > rules.life:
        return Refused(Reason.PASSKEY_EXPIRED)
    answer = read(given)
    if isinstance(answer, Refused):
        return answer
    wanted = Asked("webauthn.get", str(asked["challenge"]), rules.origin)
    data = refuse(answer, wanted) or _data(answer, asked)
    if isinstance(data, Refused):
        return data
    refused = (
        _signed(answer, wanted, state, rules=rules)
        or _refuse_owner(answer, state, asked)
        or _refuse_change(data, state, rules)
    )
    return refused or Passed({**state, "sign_count": data.sign_count, "backed_up": data.flags.bs})


def user_verified(given: Secret) -> bool:
    """Whether the authenticator says that it checked who holds it (flag UV); only after ``verify`` passed."""
    answer = read(given)
    if isinstance(answer, Refused):
        return False
    parsed = asked_of_library(lambda: _parsed(answer))
    return isinstance(parsed, Passed) and parsed.value.flags.uv


def _parsed(answer: Answer) -> AuthenticatorData:
    return parse_authenticator_data(decode(answer.response["authenticatorData"]) or b"")


def _data(answer: Answer, asked: dict[str, Any]) -> AuthenticatorData | Refused:
    parsed = asked_of_library(lambda: _parsed(answer))
    if isinstance(parsed, Refused):
        return Refused(Reason.PASSKEY_MALFORMED, f"the authenticator data cannot be read: {parsed.detail}")
    if parsed.value.flags.at:
        return Refused(Reason.PASSKEY_MALFORMED, "an assertion makes no credential")
    if asked["verify"] and not parsed.value.flags.uv:
        return Refused(Reason.PASSKEY_UNVERIFIED)
    return parsed.value


def _signed(answer: Answer, wanted: Asked, state: FactorState, *, rules: PasskeyRules) -> Refused | None:
    """Let the library go through section 7.2, but for the counter."""
    verified = asked_of_library(
        lambda: verify_authentication_response(
            credential=answer.raw,
            expected_challenge=decode(wanted.challenge) or b"",
            expected_rp_id=rules.rp_id,
            expected_origin=wanted.origin,
            credential_public_key=decode(str(state["key"])) or b"",
            credential_current_sign_count=0,
        )
    )
    return verified if isinstance(verified, Refused) else None


def _refuse_owner(answer: Answer, state: FactorState, asked: FactorState) -> Refused | None:
    """The credential is the one that is checked, it was asked for, and it is kept for this very account."""
    if not hmac.compare_digest(answer.credential_id.encode(), str(state["id"]).encode()):
        return _wrong("the credential is another")
    if asked["allow"] and answer.credential_id not in asked["allow"]:
        return _wrong("the credential was not asked for")
    handle = answer.response.get("userHandle", "")
    if not handle and not asked["allow"]:
        return _wrong("the answer does not say whose credential it is")
    if handle and not hmac.compare_digest(handle.encode(), str(state["handle"]).encode()):
        return _wrong("the credential is kept for another account")
    return None


def _refuse_change(data: AuthenticatorData, state: FactorState, rules: PasskeyRules) -> Refused | None:
    if data.flags.be != state["backup_eligible"]:
        return _wrong("whether it may be copied has changed")
    if broken := broken_since(str(state["aaguid"]), rules):
        return Refused(Reason.PASSKEY_NOT_ACCEPTED, f"{state['aaguid']}: {broken}")
    before = int(state["sign_count"])
    if (data.sign_count or before) and data.sign_count <= before:
        return Refused(Reason.AUTHENTICATOR_CLONED, f"counter {data.sign_count} after {before}")
    return None


def _wrong(detail: str) -> Refused:
    return Refused(Reason.PASSKEY_WRONG, detail)
