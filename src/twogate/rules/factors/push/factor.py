"""A phone that is prompted and answers with a signature, as a factor (NIST SP 800-63B-4 section 3.1.3).

Decides whether a signed answer is good: by the enrolled key, to this very request, with the code that the first
screen shows. The code has six digits: section 3.1.3.2 wants an authentication secret of at least six, carried from
the primary channel to the device. Two, as authenticator apps with "number matching" show, let one blind guess in a
hundred in, and picking one of three numbers lets one in three in. There is no approval without the code.
How the phone learns of the request, and that an answer is used once and a denial wins, is for ``services.push_*``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

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
    Sends,
    Traits,
)
from twogate.rules.factors.push.answers import Handed, read_handed, read_registration
from twogate.rules.factors.push.statement import (
    PAIRING_DIGITS,
    answer_statement,
    encode,
    is_signed,
    pairing_code,
    pairing_statement,
    read_key,
    thumbprint,
)
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.ids import new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.push import Decision
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret, new_secret
from twogate.terms.verdict import Passed, Refused

LIFE = 120  # seconds a prompt lives, its use included
DIGITS = 6
PAIRING_LIFE = 600  # seconds; a binding code lives ten minutes at most (section 4.1.2)
PAIRING_PREFIX = "tg_pair_"
PAGE = "/.twogate/phone"
STATUS = "/.twogate/push/status"  # where the first screen's script looks whether the phone has answered
# "swk": a key in software (RFC 8176). Not "mfa": the browser that holds it asks nobody for a PIN or a finger.
_NATURE = Nature(categories=frozenset({Category.HELD}), amr=("swk",), replay_resistant=True)


@dataclass(frozen=True, slots=True)
class PushRules:
    """Where the phone's page is."""

    origin: str = "http://localhost"


@dataclass(frozen=True, slots=True)
class Push(Traits):
    """An app on a phone. It is not phishing-resistant: a code can be read out to, or relayed by, somebody else."""

    rules: PushRules = PushRules()  # frozen

    name = "push"
    role = Role.SECOND
    lane = "push"
    many = True
    awaited = True
    sends = Sends(most=3, within=600)
    prompt = Prompt(title="Prompt on your phone", label="Code shown on the phone", digits=PAIRING_DIGITS)

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def identifier(self, state: FactorState) -> str:
        return str(state.get("device", ""))

    def addressed(self, given: Secret) -> str:
        handed = read_handed(given)
        return "" if handed is None else handed.answer.device

    def decoy(self, entropy: Entropy) -> FactorState:
        size = 32
        return {"device": "", "jwk": {"kty": "EC", "crv": "P-256", "x": encode(entropy.bytes(size)), "y": ""}}

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        remembered = {"token": new_secret(PAIRING_PREFIX, entropy).text(), "origin": self.rules.origin}
        return Begin(self.again(account, remembered), remembered)

    def again(self, _account: Account, remembered: FactorState) -> Offer:
        """The token goes into the fragment, which browsers send to no server and write into no log of one."""
        return Offer(uri=f"{remembered['origin']}{PAGE}#{remembered['token']}", ask=self.prompt)

    def accept(self, remembered: FactorState, given: Secret, _now: Instant) -> Passed[Accepted | Begin] | Refused:
        handed = read_registration(given)
        if handed is None:
            return Refused(Reason.CODE_MALFORMED)
        phone, token = handed.registration, str(remembered["token"])
        if read_key(phone.jwk) is None:
            return Refused(Reason.PUSH_ANSWER_INVALID, "not a P-256 key")
        key = thumbprint(phone.jwk)
        signed = pairing_statement(str(remembered["origin"]), token=token, label=phone.label, key=key)
        if not is_signed(signed, phone.signature, phone.jwk):
            return Refused(Reason.PUSH_ANSWER_INVALID, "pairing: signature")
        if not _same(handed.typed, pairing_code(token, key)):
            return Refused(Reason.CODE_WRONG)
        state = {"device": phone.device, "jwk": dict(phone.jwk), "label": phone.label}
        return Passed(Accepted(state, _NATURE, phone.label))

    def challenge(self, _states: Sequence[FactorState], entropy: Entropy, now: Instant) -> Challenge:
        code = str(int.from_bytes(entropy.bytes(16), "big") % 10**DIGITS).zfill(DIGITS)
        request = new_id("prq", entropy)
        return Challenge(
            remember={"request": request, "code": code, "asked": int(now), "expires": int(now.plus(LIFE))},
            show={"code": code, "seconds": LIFE, "status": STATUS},
            send=Dispatch(Channel.PUSH, request, {"request": request}, LIFE),
        )

    def check(
        self, state: FactorState, given: Secret, now: Instant, *, asked: FactorState | None = None
    ) -> Passed[Checked] | Refused:
        handed = read_handed(given)
        if asked is None or handed is None:
            return Refused(Reason.PUSH_ANSWER_INVALID, "nothing was asked, or no answer of a phone")
        if now >= int(asked["expires"]):
            return Refused(Reason.PUSH_EXPIRED)
        return self._verify(state, handed, asked) or Passed(Checked(_NATURE, _used(state, asked)))

    def _verify(self, state: FactorState, handed: Handed, asked: Mapping[str, Any]) -> Refused | None:
        """Whose, to what, signed, and only then what it says."""
        question, answer = handed.question, handed.answer
        if not compare_digest(answer.device.encode(), str(state["device"]).encode()):
            return Refused(Reason.PUSH_ANSWER_INVALID, "another device")
        if question.id != asked["request"] or int(question.asked) != asked["asked"]:
            return Refused(Reason.PUSH_ANSWER_INVALID, "an answer to another request")
        if state.get("last") == asked["request"]:
            return Refused(Reason.CODE_REPLAYED, "the answer was used before")
        if question.origin != self.rules.origin:
            return Refused(Reason.PUSH_ANSWER_INVALID, "an answer to another site")
        if not is_signed(answer_statement(question, answer), answer.signature, state["jwk"]):
            return Refused(Reason.PUSH_ANSWER_INVALID, "signature")
        if answer.decision is not Decision.APPROVE:
            return Refused(Reason.PUSH_DENIED)
        return None if _same(answer.code, str(asked["code"])) else Refused(Reason.PUSH_BURNT)


def _used(state: FactorState, asked: Mapping[str, Any]) -> FactorState:
    """The next state names the request, so that compare-and-set lets one use of it through."""
    return {**state, "last": asked["request"]}


def _same(given: str, wanted: str) -> bool:
    return compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
