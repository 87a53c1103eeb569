"""What an API's 401 asks for: ``WWW-Authenticate`` read by its grammar (RFC 9110 section 11.6.1).

Decides what the challenges of one answer come to: sign in (RFC 6750), prove more (RFC 9470), prove the key anew with
a nonce (RFC 9449 section 9), and where the API describes itself (RFC 9728 section 5.1).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # a grammar
_PARAMETER = re.compile(rf'({_TOKEN})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN}))')
_SCHEME = re.compile(rf"({_TOKEN})(?:[ \t]+|(?=,)|$)")
_GAP = re.compile(r"[ \t,]*")
_OURS = frozenset({"bearer", "dpop"})
_LONGEST_AGE = 9  # digits


class Ask(Enum):
    """What would help."""

    SIGN_IN = "sign in"
    STEP_UP = "step up"
    NONCE = "nonce"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Demand:
    """One answer's challenges, together."""

    ask: Ask
    metadata: str = ""  # the API's description of itself
    acr_values: str = ""
    max_age: str = ""


@dataclass(frozen=True, slots=True)
class Challenge:
    """One scheme and its parameters."""

    scheme: str
    parameters: dict[str, str] = field(default_factory=dict)


def read(fields: Iterable[str]) -> list[Challenge]:
    """Read the challenges; what is no challenge ends its header field."""
    found: list[Challenge] = []
    for text in fields:
        at = 0
        while at < len(text):
            at = _GAP.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
            parameter = _PARAMETER.match(text, at)
            if parameter and found:
                quoted, plain = parameter[2], parameter[3]
                value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
                found[-1].parameters.setdefault(parameter[1].lower(), value)
                at = parameter.end()
            elif scheme := _SCHEME.match(text, at):
                found.append(Challenge(scheme[1].lower()))
                at = scheme.end()
            else:
                break
    return found


def demand(fields: Iterable[str]) -> Demand | None:
    """Return what is asked for; nothing: the API speaks of neither Bearer nor DPoP."""
    ours = [one.parameters for one in read(fields) if one.scheme in _OURS]
    if not ours:
        return None
    asks = {_ASKS.get(one.get("error", ""), Ask.SIGN_IN): one for one in ours}
    ask = next(ask for ask in (Ask.NONCE, Ask.STEP_UP, Ask.PROOF, Ask.SIGN_IN) if ask in asks)
    metadata = next((one["resource_metadata"] for one in ours if "resource_metadata" in one), "")
    said = asks[ask] if ask is Ask.STEP_UP else {}
    age = said.get("max_age", "")
    sound = age.isascii() and age.isdigit() and len(age) <= _LONGEST_AGE
    return Demand(ask, metadata, said.get("acr_values", ""), age if sound else "")


_ASKS = {
    "insufficient_user_authentication": Ask.STEP_UP,
    "use_dpop_nonce": Ask.NONCE,
    "invalid_dpop_proof": Ask.PROOF,
}
