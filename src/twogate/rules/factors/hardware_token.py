"""Hardware tokens by OATH, with a button (HOTP, RFC 4226) or a clock (TOTP, RFC 6238), whose seed came in a file.

Decides whether a code is the token's next one, and finds a token that ran away by two codes in a row. A token waits
in the store until somebody is given it: ``claims`` names it by its serial, and the errand hands its state to
``accept``. Where seeds come from is ``rules.factors.seeds``; the arithmetic is ``rules.factors.oath``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from twogate.rules.factors import oath
from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role
from twogate.rules.factors.stock import Stocked
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

LONGEST_SERIAL = 64
_SERIAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:/-]*")
_KEY_BYTES = 20
_NATURE = Nature(categories=frozenset({Category.HELD}), amr=("otp",), replay_resistant=True)
_TITLE = "Hardware token"


@dataclass(frozen=True, slots=True)
class TokenRules:
    """How far tokens may run away, and who may take one."""

    ahead: int = 10  # counters looked at for one code (RFC 4226 section 7.2)
    again: int = 1000  # counters looked at for two codes in a row (section 7.4)
    clock: int = 20  # steps a clock may be off for two codes in a row
    claims: bool = False  # whether people may take a waiting token themselves, by its serial and a code


@dataclass(frozen=True, slots=True)
class HardwareToken(Stocked):
    """A thing on a key ring that shows digits."""

    rules: TokenRules = TokenRules()  # frozen

    name = "hardware_token"
    role = Role.SECOND
    lane = "code"
    many = True
    prompt = Prompt(title=_TITLE, label="Code from the token", autocomplete="one-time-code")

    @property
    def self_service(self) -> bool:  # type: ignore[override]  # an operator's choice here
        return self.rules.claims

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def identifier(self, state: FactorState) -> str:
        return str(state["serial"])

    @property
    def may_take(self) -> bool:  # type: ignore[override]  # an operator's choice here
        return self.rules.claims

    def decoy(self, entropy: Entropy) -> FactorState:
        return {**oath.hotp_state(entropy.bytes(_KEY_BYTES)), "serial": ""}

    def offer(self, account: Account, _entropy: Entropy) -> Begin:
        return Begin(self.again(account, {}), {})

    def again(self, _account: Account, remembered: FactorState) -> Offer:
        if remembered.get("serial"):
            return Offer(hint=str(remembered["serial"]))
        return Offer(ask=Prompt(title=_TITLE, label="Serial number on its back"))

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        """First the serial, then a code of the token that has it; the errand puts that token under ``stock``."""
        if not remembered.get("serial"):
            serial = read_serial(given)
            if serial is None:
                return Refused(Reason.INPUT_MALFORMED, "not a serial")
            return Passed(Begin(Offer(hint=serial), {"serial": serial}))
        stock = remembered.get("stock")
        if not isinstance(stock, dict) or stock.get("serial") != remembered["serial"]:
            return Refused(Reason.TOKEN_CODE_WRONG, "no such token waits for an owner")
        checked = self.check(stock, given, now)
        if isinstance(checked, Refused):
            return checked
        state = checked.value.next_state or stock
        return Passed(Accepted(state, _NATURE, label=label_of(state)))

    def check(
        self,
        state: FactorState,
        given: Secret,
        now: Instant,
        *,
        asked: FactorState | None = None,  # noqa: ARG002  # nothing is asked
    ) -> Passed[Checked] | Refused:
        """One code; or two in a row, which also finds a token that was pressed too often or whose clock is off."""
        digits = int(state["digits"])
        code, pair = oath.read_digits(given, digits), oath.read_digits(given, 2 * digits)
        if code is None and pair is None:
            return Refused(Reason.CODE_MALFORMED)
        if pair is not None:
            moved = self.resynchronise(state, (pair[:digits], pair[digits:]), now)
        elif state["timed"]:
            moved = oath.next_step(state, code or "", now)
        else:
            moved = oath.next_counter(state, code or "", ahead=self.rules.ahead)
        if isinstance(moved, Passed):
            return Passed(Checked(_NATURE, moved.value))
        # How a token that ran away is found again is told with every wrong code, not only with one that is far ahead.
        return Refused(Reason.TOKEN_CODE_WRONG) if moved.reason is Reason.CODE_WRONG else moved

    def resynchronise(
        self, state: FactorState, codes: tuple[str, str], now: Instant, *, reach: int = 1
    ) -> Passed[FactorState] | Refused:
        """Find a token by two codes in a row; ``reach``: how many times as far as usual (an administrator)."""
        if state["timed"]:
            return oath.step_again(state, codes, now, around=reach * self.rules.clock)
        return oath.counter_again(state, codes, ahead=reach * self.rules.again)


def read_serial(given: Secret | str) -> str | None:
    """Read a serial as it is printed; spaces do not count, case does not."""
    try:
        text = given if isinstance(given, str) else given.text()
    except UnicodeError:
        return None
    serial = "".join(text.split()).upper()
    return serial if len(serial) <= LONGEST_SERIAL and _SERIAL.fullmatch(serial) else None


def label_of(state: FactorState) -> str:
    """What its owner knows it by."""
    return f"{state.get('model') or _TITLE} {state['serial']}"


def pair_of(state: FactorState, codes: Sequence[str]) -> tuple[str, str] | None:
    """Two codes as an administrator types them; None = they cannot be this token's."""
    read = [oath.read_digits(Secret(code), int(state["digits"])) for code in codes]
    return (read[0], read[1]) if len(read) == 2 and read[0] and read[1] else None  # noqa: PLR2004  # two codes
