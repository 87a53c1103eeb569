"""Passkeys and security keys as a factor: beside a password, or alone, with a name or without.

Decides what a proof is worth. An authenticator that checks who holds it (PIN, fingerprint, face) shows two factors,
what is held and what opens it; the second is counted as something known, because a PIN always does, and because it
must never be a third kind beside a password. One that did not check when it was set up shows one factor for good: a
thief could give a stolen key a PIN of his own (W3C Web Authentication, section 7.2, on ``uvInitialized``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from twogate.rules.factors.contract import (
    Accepted,
    Account,
    Begin,
    Challenge,
    Checked,
    FactorState,
    Offer,
    Prompt,
    Role,
    Traits,
)
from twogate.rules.factors.webauthn.answer import credential_id, decode, encode
from twogate.rules.factors.webauthn.assertion import user_verified, verify
from twogate.rules.factors.webauthn.key import key_of_nobody
from twogate.rules.factors.webauthn.metadata import Make
from twogate.rules.factors.webauthn.names import UNKNOWN, authenticator_name
from twogate.rules.factors.webauthn.options import CHALLENGE_BYTES, creation, request, verification
from twogate.rules.factors.webauthn.parameters import Attestation, PasskeyRules, Verification
from twogate.rules.factors.webauthn.registration import register
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_ALONE = frozenset({Category.HELD})
_OPENED = frozenset({Category.HELD, Category.KNOWN})


@dataclass(frozen=True, slots=True)
class PasskeyKind(Traits):
    """A key pair made for this site alone, whose private half its owner's device keeps: what is true of all of them."""

    rules: PasskeyRules = field(default_factory=PasskeyRules)

    name = "webauthn"
    role = Role.SECOND
    lane = "passkey"
    many = True
    prompt = Prompt(title="Passkey or security key", label="Passkey", autocomplete="username webauthn")

    @property
    def self_service(self) -> bool:  # type: ignore[override]  # browsers make no passkeys for an address without a name
        return bool(self.rules.rp_id)

    @property
    def discoverable(self) -> bool:  # type: ignore[override]  # likewise
        return bool(self.rules.rp_id)

    eager = discoverable

    def left(self, _state: FactorState) -> int | None:
        return None if self.rules.rp_id else 0

    def nature(self, state: FactorState) -> Nature:
        """Of a credential that is not there yet: the best that one could be."""
        hoped = {"backup_eligible": False, "hardware": self.rules.attestation is Attestation.TRUSTED, "verified": True}
        known = state or hoped
        return _nature(known, verified=bool(known["verified"]))

    def identifier(self, state: FactorState) -> str:
        return str(state["id"])

    def icon(self, state: FactorState) -> str:
        make = self._make(str(state["aaguid"]))
        return make.icon if make else ""

    def addressed(self, given: Secret) -> str:
        return credential_id(given)

    def _make(self, aaguid: str) -> Make | None:
        return self.rules.metadata.make(aaguid) if self.rules.metadata else None


@dataclass(frozen=True, slots=True)
class WebAuthn(PasskeyKind):
    """Sets them up, asks them, checks what they sign."""

    def decoy(self, entropy: Entropy) -> FactorState:
        return {
            "id": encode(entropy.bytes(32)),
            "key": encode(key_of_nobody(entropy)),
            "sign_count": 0,
            "aaguid": UNKNOWN,
            "transports": [],
            "backup_eligible": False,
            "backed_up": False,
            "verified": False,
            "hardware": False,
            "format": "none",
            "handle": encode(entropy.bytes(16)),
        }

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        if not account.handle:
            raise ValueError("a passkey needs the account's own id")
        remembered = {
            "challenge": encode(entropy.bytes(CHALLENGE_BYTES)),
            "handle": encode(account.handle.encode()),
            "known": [self.identifier(one) for one in account.existing],
        }
        return Begin(self.again(account, remembered), remembered)

    def again(self, account: Account, remembered: FactorState) -> Offer:
        return Offer(public=creation(account, decode(str(remembered["challenge"])) or b"", self.rules))

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        made = register(remembered, given, self.rules, now=now)
        if isinstance(made, Refused):
            return made
        state = made.value
        return Passed(Accepted(state, self.nature(state), self._label(str(state["aaguid"]))))

    def challenge(self, states: Sequence[FactorState], entropy: Entropy, now: Instant) -> Challenge | None:
        if not self.rules.rp_id:
            return None
        nonce = entropy.bytes(CHALLENGE_BYTES)
        return Challenge(
            remember={
                "challenge": encode(nonce),
                "allow": [self.identifier(one) for one in states],
                "verify": verification(states, self.rules) is Verification.REQUIRED,
                "at": int(now),
            },
            show=request(states, nonce, self.rules),
        )

    def check(
        self, state: FactorState, given: Secret, now: Instant, *, asked: FactorState | None = None
    ) -> Passed[Checked] | Refused:
        verified = verify(state, given, asked, rules=self.rules, now=now)
        if isinstance(verified, Refused):
            return verified
        opened = bool(state["verified"]) and user_verified(given)
        return Passed(Checked(_nature(state, verified=opened), verified.value))

    def _label(self, aaguid: str) -> str:
        make = self._make(aaguid)
        return authenticator_name(aaguid) or (make.name if make else "")


def _nature(state: FactorState, *, verified: bool) -> Nature:
    """RFC 8176: ``hwk`` only where the maker vouches for hardware, else the key is merely possessed (``pop``)."""
    return Nature(
        categories=_OPENED if verified else _ALONE,
        amr=("hwk" if state["hardware"] else "pop", "user"),
        phishing_resistant=True,
        hardware_protected=bool(state["hardware"]),
        syncable=bool(state["backup_eligible"]),
        replay_resistant=True,
    )
