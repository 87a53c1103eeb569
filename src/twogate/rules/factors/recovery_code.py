"""Saved recovery codes (NIST SP 800-63B-4, sections 3.1.2 and 4.2.1.1): single use, for when a factor is lost.

Decides how codes are written, read and used up. A recovery code is never worth a second factor: ``Nature.recovery``.
Fewer than 112 bits ask for a salted slow hash; one salt for the set lets a single hash find which code it was.
"""

import base64
import hmac
from dataclasses import dataclass

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role, Traits
from twogate.rules.factors.slow_hash import SALT_BYTES, SlowHash
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOK_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
_CODE_BYTES = 10  # 80 bits, 16 characters; 64 are asked for
_LENGTH = 16
_GROUP = 4
_LONGEST_INPUT = 64
_NATURE = Nature(categories=frozenset({Category.HELD}), amr=("otp",), replay_resistant=True, recovery=True)


@dataclass(frozen=True, slots=True)
class RecoveryCode(Traits):
    """A sheet of paper in a drawer."""

    hashing: SlowHash
    count: int = 10

    name = "recovery_code"
    role = Role.RECOVERY
    lane = "recovery"
    slow = True
    prompt = Prompt(title="Recovery code", label="One of your recovery codes")

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def left(self, state: FactorState) -> int | None:
        return len(state["digests"])

    def decoy(self, entropy: Entropy) -> FactorState:
        return {"salt": _b64(entropy.bytes(SALT_BYTES)), "digests": [_b64(entropy.bytes(32))]}

    def offer(self, _account: Account, entropy: Entropy) -> Begin:
        salt = entropy.bytes(SALT_BYTES)
        codes = tuple(_write(entropy.bytes(_CODE_BYTES)) for _ in range(self.count))
        digests = [self._digest(code, salt) for code in codes]
        return Begin(Offer(codes=tuple(map(_grouped, codes))), {"salt": _b64(salt), "digests": digests})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer(hint="The codes were shown once. Make new ones if you did not keep them.")

    def accept(self, remembered: FactorState, _given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        return Passed(Accepted(remembered, _NATURE))

    def check(
        self,
        state: FactorState,
        given: Secret,
        _now: Instant,
        *,
        asked: FactorState | None = None,  # noqa: ARG002  # nothing is asked
    ) -> Passed[Checked] | Refused:
        code = _read(given)
        if code is None:
            return Refused(Reason.RECOVERY_CODE_WRONG, "not sixteen letters and digits")
        found = self._digest(code, base64.b64decode(state["salt"]))
        matched = [hmac.compare_digest(found, str(stored)) for stored in state["digests"]]
        if not any(matched):
            return Refused(Reason.RECOVERY_CODE_WRONG)
        left = [stored for stored, hit in zip(state["digests"], matched, strict=True) if not hit]
        return Passed(Checked(_NATURE, {**state, "digests": left}))

    def _digest(self, code: str, salt: bytes) -> str:
        return self.hashing.hash(code.encode(), salt)


def _write(value: bytes) -> str:
    number = int.from_bytes(value, "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def _read(given: Secret) -> str | None:
    """Read a code as it was copied from paper: any case, spaces and dashes, I and L for 1, O for 0."""
    try:
        text = given.text() if len(given) <= _LONGEST_INPUT else ""
    except UnicodeError:
        return None
    code = "".join(text.split()).replace("-", "").upper().translate(_LOOK_ALIKE)
    return code if len(code) == _LENGTH and set(code) <= set(_ALPHABET) else None


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
