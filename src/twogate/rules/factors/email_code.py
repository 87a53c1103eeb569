"""Codes by e-mail: they show that somebody reads an address, and nothing about how strongly they are who they say.

Decides how such a code is drawn and read. It is no authenticator and stands in no registry: NIST SP 800-63B-4 section
3.1.3.1 forbids e-mail as an out-of-band channel, because a mailbox is opened with a password of its own, from
anywhere. What is left: verifying an address, and one of the steps of a recovery (section 4.2.2), which never yields
more than AAL1. A code is bound to the address it went to and to what it was asked for.
"""

import hmac
import re
from dataclasses import dataclass, field

from twogate.rules.factors.contract import Challenge, FactorState, Sends
from twogate.terms.dispatch import Channel, Dispatch
from twogate.terms.instant import Instant
from twogate.terms.ports import Entropy
from twogate.terms.proof import Nature
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

DIGITS = 8
LONGEST_LIFE = 86_400  # seconds; NIST SP 800-63B-4 section 4.2.1.2: a code by e-mail is valid for 24 hours at most
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3
_DRAWN_BYTES = 12
_SEPARATORS = re.compile(r"[\s-]")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
NATURE = Nature(frozenset(), ("email",), replay_resistant=True, raises_assurance=False)


@dataclass(frozen=True, slots=True)
class EmailCode:
    """Asks an address for its code."""

    life: int = 3600
    sends: Sends = field(default_factory=lambda: Sends(5, 3600, to_address=10))

    def challenge(self, address: str, *, purpose: str, entropy: Entropy, now: Instant) -> Challenge:
        """Ask whoever reads ``address``, for one ``purpose``."""
        code = str(int.from_bytes(entropy.bytes(_DRAWN_BYTES), "big") % 10**DIGITS).zfill(DIGITS)
        asked = {"address": address, "purpose": purpose, "code": code, "at": int(now)}
        facts = {"code": code, "purpose": purpose}
        return Challenge(asked, {"address": masked(address)}, Dispatch(Channel.EMAIL, address, facts, self._life))

    def check(
        self, asked: FactorState, given: Secret, now: Instant, *, address: str, purpose: str
    ) -> Passed[Nature] | Refused:
        """Is it the code that this address got for this purpose? Whoever calls sees to it that it counts once."""
        if asked["address"] != address or asked["purpose"] != purpose:
            return Refused(Reason.CODE_NOT_SENT, "asked of another address, or for something else")
        try:
            code = _SEPARATORS.sub("", given.text()) if len(given) <= 4 * DIGITS else ""
        except UnicodeError:
            code = ""
        if not 0 <= now.since(asked["at"]) < self._life:
            return Refused(Reason.CODE_EXPIRED)
        if not hmac.compare_digest(code.encode(), str(asked["code"]).encode()):
            return Refused(Reason.CODE_WRONG)
        return Passed(NATURE)

    @property
    def _life(self) -> int:
        return min(self.life, LONGEST_LIFE)


def address_of(text: str) -> Passed[str] | Refused:
    """Read one plain mail address: a dot-atom and a host name (RFC 5322 section 3.4.1); no name, no quotes, no two."""
    written = text.strip()
    if len(written) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(written):
        return Refused(Reason.ADDRESS_MALFORMED)
    return Passed(written)


def masked(address: str) -> str:
    """What may be shown of an address: its first letter and its domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
