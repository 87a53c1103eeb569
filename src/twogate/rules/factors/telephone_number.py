"""Telephone numbers as ITU-T E.164 writes them, and which of them may be sent to.

Decides how a number is read (strictly: with its country code, nothing guessed) and refuses what would cost the
operator money without reaching a person: countries that were not allowed, premium and satellite ranges. The longest
prefix that is listed decides; listed nowhere is refused.
"""

import re
from dataclasses import dataclass

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_LONGEST_INPUT = 40
_WRITTEN = re.compile(r"(?:\+|00)[0-9 ()./-]{6,36}")
_SEPARATORS = re.compile(r"[ ()./-]")
_NUMBER = re.compile(r"[1-9][0-9]{6,14}")  # E.164 section 6: at most 15 digits
_NANP = ("242", "246", "264", "268", "284", "345", "441", "473", "649", "664", "721", "758", "767", "784", "809", "829")
REFUSED = (
    *("870", "878", "881", "882", "883", "888", "979"),  # satellites and networks without a country, premium rate
    *("800", "808"),  # freephone and shared cost without a country
    *("1900", "1976", "1849", "1868", "1869", "1876", *(f"1{area}" for area in _NANP)),  # premium; islands behind +1
    *("4470", "4484", "4487", "449"),  # personal numbers and revenue sharing (Ofcom)
    *("49137", "49180", "49190", "49900", "4932"),  # mass calling, shared revenue, premium (BNetzA)
    *("338", "39178", "39199", "39899", "34803", "34806", "34807", "34905", "43900", "43901", "43930", "43931"),
    *("4190", "3190", "32900", "32902", "32903", "32904", "32905", "32906", "32907", "32909", "6119", "64900"),
)
"""Ranges in which a call or message earns somebody money, for countries people often allow."""

_TWO_DIGITS = re.compile(r"20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_TRUNK_ZERO = re.compile(r"(?:27|3[123]|4[1346]|49|61|64|8[126]|9[01]|353|358|972)0")
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class NumberRules:
    """Where messages may go."""

    allowed: tuple[str, ...] = ()  # country codes, or longer prefixes, without a plus sign
    refused: tuple[str, ...] = REFUSED


def parse(text: str, rules: NumberRules) -> Passed[str] | Refused:
    """Return the number as ``+`` and digits.

    A national number is not completed, and a trunk zero behind the country code is not cut away: a code that goes to
    somebody else is worse than a number typed again.
    """
    written = text.strip() if len(text) <= _LONGEST_INPUT else ""
    if not _WRITTEN.fullmatch(written):
        return Refused(Reason.NUMBER_MALFORMED)
    digits = _SEPARATORS.sub("", written).removeprefix("+").removeprefix("00")
    if not _NUMBER.fullmatch(digits) or _TRUNK_ZERO.match(digits):
        return Refused(Reason.NUMBER_MALFORMED)
    if _listed(digits, rules.refused) >= _listed(digits, rules.allowed):
        return Refused(Reason.NUMBER_REFUSED, f"+{calling_code(digits)}")
    return Passed("+" + digits)


def calling_code(digits: str) -> str:
    """The country code of a number without its plus sign (E.164 assigns them so that none begins another)."""
    if digits[:1] in {"1", "7"}:
        return digits[:1]
    return digits[:2] if _TWO_DIGITS.match(digits) else digits[:3]


def masked(number: str) -> str:
    """What may be shown of it: enough for its owner to know it again, not enough to call it."""
    digits = number.removeprefix("+")
    return f"+{calling_code(digits)} ••• {digits[-_SHOWN:]}"


def _listed(digits: str, prefixes: tuple[str, ...]) -> int:
    """How long the longest prefix is that the number begins with; 0 = none."""
    return max((len(prefix) for prefix in prefixes if digits.startswith(prefix)), default=0)
