"""Passwords (NIST SP 800-63B-4, section 3.1.1.2): what may be one, and whether this is the one.

Decides length, normalisation (the OpaqueString profile of PRECIS, RFC 8265 section 4.2) and what is too easy to guess
or stolen already; there are no composition rules and nothing is cut off. How often somebody may try, and running the
slow hash away from the event loop, is for the caller.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Protocol

from precis_i18n import get_profile
from zxcvbn_rs_py import Feedback, Warning, zxcvbn  # noqa: A004  # the library's own name

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role, Traits
from twogate.rules.factors.slow_hash import SALT_BYTES, SlowHash
from twogate.terms.instant import Instant
from twogate.terms.ports import Breaches, Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused


class _Profile(Protocol):
    def enforce(self, value: str) -> str: ...


_OPAQUE: _Profile = get_profile("OpaqueString")
_NATURE = Nature(categories=frozenset({Category.KNOWN}), amr=("pwd",))
_LONGEST_FORM = 4  # times the limit: composing shortens, and more than so many bytes are not looked at
_ESTIMATED = 256  # characters given to the estimator; longer ones are no easier to guess
_COMMON = (
    Warning.ThisIsATop10Password,
    Warning.ThisIsATop100Password,
    Warning.ThisIsACommonPassword,
    Warning.ThisIsSimilarToACommonlyUsedPassword,
)
_WEAK_BELOW = 2  # the estimator's score for a million guesses, on its scale from 0 to 4


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What may be a password."""

    minimum: int = 8  # code points; 8 is enough because a second factor is always asked for
    maximum_bytes: int = 1024
    refused: frozenset[str] = frozenset()  # the operator's own list, case-folded
    breaches: Breaches | None = None  # stolen passwords, where the operator has such a collection


@dataclass(frozen=True, slots=True)
class Password(Traits):
    """The factor that everybody knows."""

    hashing: SlowHash
    rules: PasswordRules = PasswordRules()  # frozen

    name = "password"
    role = Role.FIRST
    lane = "password"
    slow = True
    prompt = Prompt(title="Password", label="Password", password=True, autocomplete="current-password")

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def decoy(self, entropy: Entropy) -> FactorState:
        return {"hash": self.hashing.decoy(entropy)}

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        salt = base64.b64encode(entropy.bytes(SALT_BYTES)).decode("ascii")
        return Begin(self.again(account, {}), {"salt": salt, "words": [account.name, account.issuer, *account.words]})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer(hint=f"At least {self.rules.minimum} characters; a few unrelated words make a good one.")

    def accept(self, remembered: FactorState, given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        refused = self.refuse(given, words=tuple(remembered["words"]))
        if refused is not None:
            return refused
        plain = _normal(given, most=self.rules.maximum_bytes) or b""
        encoded = self.hashing.hash(plain, base64.b64decode(remembered["salt"]))
        return Passed(Accepted({"hash": encoded}, _NATURE))

    def check(
        self,
        state: FactorState,
        given: Secret,
        _now: Instant,
        *,
        asked: FactorState | None = None,  # noqa: ARG002  # nothing is asked
    ) -> Passed[Checked] | Refused:
        plain = _normal(given, most=self.rules.maximum_bytes)
        if plain is None or len(plain) > self.rules.maximum_bytes:
            plain = b""  # it cannot be right, but it costs what a wrong one costs
        encoded = str(state["hash"])
        if not self.hashing.matches(encoded, plain) or not plain:
            return Refused(Reason.PASSWORD_WRONG)
        if not self.hashing.outdated(encoded):
            return Passed(Checked(_NATURE))
        salt = base64.b64decode(encoded.split("$")[4] + "==")
        return Passed(Checked(_NATURE, {"hash": self.hashing.hash(plain, salt)}))

    def refuse(self, given: Secret, *, words: tuple[str, ...] = ()) -> Refused | None:
        """Why this may not be a password, with the reason and advice (63B-4 asks for both); None if it may."""
        most = self.rules.maximum_bytes
        plain = _normal(given, most=most)
        if len(given) > most * _LONGEST_FORM or (plain is not None and len(plain) > most):
            return Refused(Reason.PASSWORD_TOO_LONG, f"at most {self.rules.maximum_bytes} bytes")
        if plain is None:
            return Refused(Reason.PASSWORD_CHARACTERS if _is_text(given) else Reason.INPUT_MALFORMED)
        text = plain.decode()
        if len(text) < self.rules.minimum:
            return Refused(Reason.PASSWORD_TOO_SHORT, f"at least {self.rules.minimum} characters")
        folded = text.casefold()
        if folded in self.rules.refused or any(folded == word.casefold() for word in words):
            return Refused(Reason.PASSWORD_COMMON)
        estimate = zxcvbn(text[:_ESTIMATED], [word for word in words if word])
        if estimate.feedback is not None and estimate.feedback.warning in _COMMON:
            return Refused(Reason.PASSWORD_COMMON, _advice(estimate.feedback))
        if int(estimate.score) < _WEAK_BELOW:
            return Refused(Reason.PASSWORD_WEAK, _advice(estimate.feedback))
        return self._refuse_stolen(plain)

    def _refuse_stolen(self, plain: bytes) -> Refused | None:
        """Asked last: what is refused anyway need not be looked up. A collection that cannot be read lets none pass."""
        if self.rules.breaches is None:
            return None
        seen = self.rules.breaches.seen(hashlib.sha1(plain, usedforsecurity=False).hexdigest().upper())
        if seen is None:
            return Refused(Reason.BUSY, "the collection of stolen passwords cannot be read")
        return Refused(Reason.PASSWORD_BREACHED, f"seen {seen} times") if seen else None


def _normal(given: Secret, *, most: int) -> bytes | None:
    """The one form of a password in UTF-8, so that typed on two keyboards it is one; None if it has none.

    Normalisation Form C, every kind of blank is U+0020, no controls and nothing unassigned (RFC 8265 section 4.2.1).
    """
    if len(given) > most * _LONGEST_FORM:
        return None
    try:
        return _OPAQUE.enforce(given.text()).encode() if given else b""
    except UnicodeError:
        return None


def _is_text(given: Secret) -> bool:
    try:
        return bool(given.text())
    except UnicodeError:
        return False


def _advice(feedback: Feedback | None) -> str:
    return "" if feedback is None else " ".join(str(suggestion) for suggestion in feedback.suggestions)
