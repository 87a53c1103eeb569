"""The protocol of Yubico's validation servers, version 2.0: the question, and whether an answer may be believed.

Decides what is signed (HMAC-SHA-1 over the sorted parameters), and that an answer counts only if its signature,
its one-time password and its nonce are those of the question. Sending it is ``outside.yubico_cloud``.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

NONCE_BYTES = 16  # 32 characters of the 16 to 40 that are allowed
LONGEST_ANSWER = 4_096
_VERDICTS = {"BAD_OTP": Reason.CODE_WRONG, "REPLAYED_OTP": Reason.CODE_REPLAYED}
_UNSURE = Reason.VALIDATOR_UNREACHABLE


@dataclass(frozen=True, slots=True)
class Question:
    """Is this one-time password good?"""

    client: str
    key: Secret = field(repr=False)
    otp: str = field(repr=False)
    nonce: str

    @property
    def query(self) -> str:
        """The query of the request, signed."""
        parameters = {"id": self.client, "nonce": self.nonce, "otp": self.otp, "timestamp": "1"}
        return urlencode({**parameters, "h": sign(parameters, self.key)})


def sign(parameters: Mapping[str, str], key: Secret) -> str:
    """HMAC-SHA-1 over ``key=value`` pairs, sorted, joined by ``&``, nothing escaped; in base 64."""
    line = "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    return base64.b64encode(hmac.digest(key.reveal(), line.encode(), "sha1")).decode("ascii")


def read_key(text: str) -> Secret | None:
    """The client's key as Yubico hands it out, in base 64; None = it is not one."""
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return Secret(key) if key else None


def read(answer: bytes, question: Question) -> Passed[dict[str, Any]] | Refused:
    """What the answer says: the key's counters, or why not.

    ``VALIDATOR_UNREACHABLE``: it says nothing that can be believed, another server may still do so.
    """
    found = _pairs(answer)
    if found is None:
        return Refused(_UNSURE, "the answer cannot be read")
    signature = found.pop("h", "")
    if not hmac.compare_digest(sign(found, question.key).encode(), signature.encode()):
        return Refused(_UNSURE, "the answer is not signed with our key")
    if found.get("otp") != question.otp or found.get("nonce") != question.nonce:
        return Refused(_UNSURE, "the answer is about another question")
    status = found.get("status", "")
    if status != "OK":
        return Refused(_VERDICTS.get(status, _UNSURE), f"the server says {status[:40]!r}")
    counter, use = found.get("sessioncounter", ""), found.get("sessionuse", "")
    if not (_number(counter) and _number(use)):
        return Refused(_UNSURE, "the answer lacks the key's counters")
    return Passed({"otp": question.otp, "counter": int(counter), "use": int(use)})


def _pairs(answer: bytes) -> dict[str, str] | None:
    """The lines ``name=value``; None when a name comes twice or it is no text."""
    try:
        text = answer.decode("ascii") if len(answer) <= LONGEST_ANSWER else ""
    except UnicodeError:
        return None
    found: dict[str, str] = {}
    for line in text.split():
        name, mark, value = line.partition("=")
        if not mark or name in found:
            return None
        found[name] = value
    return found or None


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9  # noqa: PLR2004  # no counter is longer
