"""Yubico OTP: 44 letters typed by a touch, an encrypted counter behind a public name.

Decides whether a one-time password is genuine and newer than the last one: modhex, one block of AES-128, CRC-16, the
private id, and counters that only grow. A key whose AES key is known here is checked here; any other by a validation
server, whose answer the errand fetches and hands over as ``asked`` (``rules.factors.yubico_validation`` reads it).
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from twogate.rules.factors.contract import Accepted, Account, Begin, Checked, FactorState, Offer, Prompt, Role
from twogate.rules.factors.stock import ELSEWHERE, Stocked
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Category, Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

KEY_BYTES = 16
PRIVATE_BYTES = 6
_MODHEX = "cbdefghijklnrtuv"  # the letters that sit on the same key of most keyboards
_TO_HEX = str.maketrans(_MODHEX, "0123456789abcdef")
_TO_MODHEX = str.maketrans("0123456789abcdef", _MODHEX)
_BLOCK = 32  # letters of the encrypted part
_PUBLIC = re.compile(f"(?:[{_MODHEX}]{{2}}){{1,16}}")
_OTP = re.compile(f"(?P<public>(?:[{_MODHEX}]{{2}}){{1,16}})(?P<block>[{_MODHEX}]{{{_BLOCK}}})")
_LONGEST = 128
_RESIDUE = 0xF0B8  # what CRC-16 leaves of a block that ends with its own checksum
_CAPS_LOCK = 0x8000  # the top bit of the counter says that caps lock was on
_NATURE = Nature(categories=frozenset({Category.HELD}), amr=("otp",), replay_resistant=True)
_TITLE = "YubiKey"


@dataclass(frozen=True, slots=True)
class YubicoRules:
    """Who may have one."""

    claims: bool = False  # whether people may take a key whose secret waits in the store
    cloud: bool = False  # whether a validation server is asked about keys whose secret is not known here


@dataclass(frozen=True, slots=True)
class Block:
    """What a genuine one-time password says."""

    private: bytes
    counter: int  # how often it was plugged in
    use: int  # how often it was touched since


@dataclass(frozen=True, slots=True)
class YubicoOtp(Stocked):
    """A key that types."""

    rules: YubicoRules = YubicoRules()  # frozen

    name = "yubico_otp"
    role = Role.SECOND
    lane = "code"
    many = True
    prompt = Prompt(title=_TITLE, label="Touch your YubiKey")

    @property
    def self_service(self) -> bool:  # type: ignore[override]  # an operator's choice here
        return self.rules.claims or self.rules.cloud

    def nature(self, _state: FactorState) -> Nature:
        return _NATURE

    def identifier(self, state: FactorState) -> str:
        return str(state["public"])

    def addressed(self, given: Secret) -> str:
        parts = read_otp(given)
        return parts[0] if parts else ""

    @property
    def may_take(self) -> bool:  # type: ignore[override]  # likewise
        return self.rules.claims

    def consult(self, states: Sequence[FactorState], given: Secret) -> str:
        """What a validation server must be asked; empty where the secret is known here or nothing was typed."""
        parts = read_otp(given)
        if parts is None or not self.rules.cloud:
            return ""
        return "".join(parts) if any(one.get(ELSEWHERE) and one["public"] == parts[0] for one in states) else ""

    def stands_in(self, given: Secret) -> FactorState | None:
        """What a key becomes that does not wait in the store: one that the validation server answers for."""
        public = self.addressed(given)
        return {"public": public, ELSEWHERE: True, "counter": -1, "use": 0} if public and self.rules.cloud else None

    def decoy(self, entropy: Entropy) -> FactorState:
        return imported("", private=entropy.bytes(PRIVATE_BYTES), key=entropy.bytes(KEY_BYTES))

    def offer(self, account: Account, _entropy: Entropy) -> Begin:
        return Begin(self.again(account, {}), {})

    def again(self, _account: Account, _remembered: FactorState) -> Offer:
        return Offer()

    def accept(self, remembered: FactorState, given: Secret, now: Instant) -> Passed[Accepted | Begin] | Refused:
        """Touched once; the errand puts the key that waits, or the one the server answers for, under ``stock``."""
        stock = remembered.get("stock")
        if not isinstance(stock, dict):
            return Refused(Reason.CODE_WRONG, "no such key waits for an owner")
        checked = self.check(stock, given, now, asked=remembered.get("answer"))
        if isinstance(checked, Refused):
            return checked
        state = checked.value.next_state or stock
        return Passed(Accepted(state, _NATURE, label=f"{_TITLE} {state['public']}"))

    def check(
        self,
        state: FactorState,
        given: Secret,
        _now: Instant,
        *,
        asked: FactorState | None = None,
    ) -> Passed[Checked] | Refused:
        parts = read_otp(given)
        if parts is None:
            return Refused(Reason.CODE_MALFORMED)
        public, block = parts
        if public != state["public"]:
            return Refused(Reason.CODE_WRONG, "another key")
        seen = _answered(asked, public + block) if state.get(ELSEWHERE) else _opened(state, block)
        if isinstance(seen, Refused):
            return seen
        if seen <= (int(state["counter"]), int(state["use"])):
            return Refused(Reason.CODE_REPLAYED, f"counter {seen}, last one {state['counter']}, {state['use']}")
        return Passed(Checked(_NATURE, {**state, "counter": seen[0], "use": seen[1]}))


def imported(public: str, *, private: bytes, key: bytes) -> FactorState:
    """A key whose secret is known here and which was never used here."""
    return {"public": public, "private": private.hex(), "key": key.hex(), "counter": -1, "use": 0}


def read_otp(given: Secret) -> tuple[str, str] | None:
    """Public id and encrypted block, lower case; None = not a Yubico OTP."""
    try:
        text = given.text().strip().lower() if len(given) <= _LONGEST else ""
    except UnicodeError:
        return None
    match = _OTP.fullmatch(text)
    return (match["public"], match["block"]) if match else None


def read_public(text: str) -> str | None:
    """A public id in modhex."""
    found = text.strip().lower()
    return found if _PUBLIC.fullmatch(found) else None


def modhex(value: bytes) -> str:
    """Write bytes in modhex."""
    return value.hex().translate(_TO_MODHEX)


def open_block(block: str, key: bytes) -> Block | None:
    """Decrypt; None when the checksum does not fit: another key, or garbage."""
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # one block of 16 bytes, as the key makes it
    decryptor = cipher.decryptor()
    plain = decryptor.update(bytes.fromhex(block.translate(_TO_HEX))) + decryptor.finalize()
    if crc16(plain) != _RESIDUE:
        return None
    counter = int.from_bytes(plain[6:8], "little") & ~_CAPS_LOCK
    return Block(plain[:6], counter, plain[11])


def crc16(data: bytes) -> int:
    """The checksum of ISO/IEC 13239 without the final inversion."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x8408 if crc & 1 else 0)
    return crc


def _opened(state: FactorState, block: str) -> tuple[int, int] | Refused:
    plain = open_block(block, bytes.fromhex(str(state["key"])))
    private = bytes.fromhex(str(state["private"]))
    if plain is None or not hmac.compare_digest(plain.private, private):
        return Refused(Reason.CODE_WRONG)
    return plain.counter, plain.use


def _answered(answer: FactorState | None, otp: str) -> tuple[int, int] | Refused:
    """What a validation server said about this very one-time password; without an answer nothing passes."""
    if answer is None or answer.get("otp") != otp:
        return Refused(Reason.VALIDATOR_UNREACHABLE, "no answer about this one-time password")
    if "refused" in answer:
        return Refused(Reason(answer["refused"]), str(answer.get("detail", "")))
    return int(answer["counter"]), int(answer["use"])
