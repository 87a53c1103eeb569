"""Codes that are sent to a telephone, by SMS or read out: out-of-band devices on the telephone network.

Decides after NIST SP 800-63B-4 section 3.1.3: six random digits, valid for ten minutes at most, once, for the sign-in
that asked for them. They are restricted (sections 3.1.3.3 and 3.2.9): numbers are ported and SIM cards swapped, so
an operator has to switch them on, people are told and offered something better, and another number is another
authenticator. How often a code is sent and tried is for the errands that call this.
"""

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

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
from twogate.rules.factors.telephone_number import NumberRules, masked, parse
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

DIGITS = 6
LONGEST_LIFE = 600  # seconds; section 3.1.3.1: at most ten minutes
_DRAWN_BYTES = 12  # 96 bits for six digits: no digit is likelier by more than 10^-22
_NAME_BYTES = 9
_SEPARATORS = re.compile(r"[\s-]")
_NUMBER_LENGTH = 40
_RESTRICTED = (
    "Codes by telephone are the weakest of the second factors: a number can be taken over, and a code can be talked "
    "out of you. A passkey or an authenticator app is safer, and you can set one up beside this."
)


@dataclass(frozen=True, slots=True)
class TelephoneRules:
    """What an operator decides about codes by telephone."""

    numbers: NumberRules = field(default_factory=NumberRules)
    life: int = 300  # seconds
    sends: Sends = field(default_factory=lambda: Sends(5, 3600))


@dataclass(frozen=True, slots=True)
class _TelephoneCode(Traits):
    """What SMS and voice share; they differ in the way only."""

    rules: TelephoneRules = field(default_factory=TelephoneRules)

    role = Role.SECOND
    lane = "code"
    many = True  # another number is another authenticator; codes go to the newest

    channel: ClassVar[Channel]
    amr: ClassVar[str]
    prompt: ClassVar[Prompt]

    @property
    def sends(self) -> Sends | None:  # type: ignore[override]  # an attribute where nothing is sent
        return self.rules.sends

    def nature(self, _state: FactorState) -> Nature:
        return Nature(frozenset({Category.HELD}), (self.amr,), replay_resistant=True)

    def decoy(self, entropy: Entropy) -> FactorState:
        return {"number": "", "last": _name(entropy)}

    def offer(self, account: Account, entropy: Entropy) -> Begin:
        known = [str(state["number"]) for state in account.existing]
        remember = {"number": "", "known": known, "code": _draw(entropy), "last": _name(entropy)}
        return Begin(self.again(account, remember), remember)

    def again(self, _account: Account, remembered: FactorState) -> Offer:
        if remembered["number"]:
            return Offer(public={"number": masked(str(remembered["number"])), "restricted": True}, ask=self.prompt)
        ask = Prompt(title=self.prompt.title, label="Telephone number, with + and country code", autocomplete="tel")
        return Offer(hint=_RESTRICTED, public={"restricted": True}, ask=ask)

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        if not remembered["number"]:
            return self._number(remembered, given, now)
        refused = self._refuse(remembered, given, now)
        if refused is not None:
            return refused
        number = str(remembered["number"])
        state = {"number": number, "last": remembered["last"]}
        return Passed(Accepted(state, self.nature(state), masked(number)))

    def challenge(self, states: Sequence[FactorState], entropy: Entropy, now: Instant) -> Challenge | None:
        if not states:
            return None
        number, code = str(states[-1]["number"]), _draw(entropy)
        asked = {"number": number, "code": code, "at": int(now), "name": _name(entropy)}
        return Challenge(asked, {"number": masked(number)}, self._dispatch(number, code))

    def check(
        self, state: FactorState, given: Secret, now: Instant, *, asked: FactorState | None = None
    ) -> Passed[Checked] | Refused:
        if asked is None or asked["number"] != state["number"]:
            return Refused(Reason.CODE_NOT_SENT)
        if asked["name"] == state["last"]:
            return Refused(Reason.CODE_REPLAYED)
        refused = self._refuse(asked, given, now)
        return refused or Passed(Checked(self.nature(state), {**state, "last": asked["name"]}))

    def _number(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        parsed = parse(_text(given, _NUMBER_LENGTH), self.rules.numbers)
        if isinstance(parsed, Refused):
            return parsed
        if parsed.value in remembered["known"]:
            return Refused(Reason.ALREADY_ENROLLED)
        begun = {**remembered, "number": parsed.value, "at": int(now)}
        offer = self.again(Account("", ""), begun)
        return Passed(Begin(offer, begun, self._dispatch(parsed.value, str(remembered["code"]))))

    def _refuse(self, sent: FactorState, given: Secret, now: Instant) -> Refused | None:
        code = _SEPARATORS.sub("", _text(given, 4 * DIGITS))
        if len(code) != DIGITS or not code.isascii() or not code.isdigit():
            return Refused(Reason.CODE_MALFORMED)
        if not 0 <= now.since(sent["at"]) < min(self.rules.life, LONGEST_LIFE):
            return Refused(Reason.CODE_EXPIRED)
        return None if hmac.compare_digest(code, str(sent["code"])) else Refused(Reason.CODE_WRONG)

    def _dispatch(self, number: str, code: str) -> Dispatch:
        return Dispatch(self.channel, number, {"code": code}, life=min(self.rules.life, LONGEST_LIFE))


@dataclass(frozen=True, slots=True)
class SmsCode(_TelephoneCode):
    """A text message (RFC 8176: "sms")."""

    name = "sms"
    channel = Channel.SMS
    amr = "sms"
    prompt = Prompt(title="SMS", label="Code from the SMS", digits=DIGITS, autocomplete="one-time-code")


@dataclass(frozen=True, slots=True)
class VoiceCode(_TelephoneCode):
    """A call that reads the code out (RFC 8176: "tel")."""

    name = "voice"
    channel = Channel.VOICE
    amr = "tel"
    prompt = Prompt(title="Telephone call", label="Code from the call", digits=DIGITS, autocomplete="one-time-code")


def _draw(entropy: Entropy) -> str:
    return str(int.from_bytes(entropy.bytes(_DRAWN_BYTES), "big") % 10**DIGITS).zfill(DIGITS)


def _name(entropy: Entropy) -> str:
    """A challenge's own name, by which its credential remembers that it was answered."""
    return base64.urlsafe_b64encode(entropy.bytes(_NAME_BYTES)).decode("ascii")


def _text(given: Secret, most: int) -> str:
    try:
        return given.text() if len(given) <= most else ""
    except UnicodeError:
        return ""
