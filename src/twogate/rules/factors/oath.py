"""One-time passwords by OATH: the value (RFC 4226 section 5.3), and which counter or time step a code belongs to.

Decides windows: how far ahead a counter is looked for (section 7.2), how two codes in a row find a token again that
is far ahead (section 7.4), and how a slow or fast clock is followed (RFC 6238 section 6). A counter and a step only
ever move on. States are JSON: ``hotp_state`` and ``totp_state`` make them. Who holds a token, and how often somebody
may try, is for others.
"""

import base64
import hashlib
import hmac
import re
from typing import Any

from twogate.terms.instant import Instant
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

ALGORITHMS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
DIGITS = (6, 7, 8)
PERIODS = (30, 60)  # seconds; NIST SP 800-63B-4 section 3.1.4 wants a new code within two minutes
LEAST_KEY_BYTES = 14  # 112 bits (NIST SP 800-63B-4 section 3.1.4.1)
MOST_KEY_BYTES = 128
HIGHEST_COUNTER = 2**63 - 1
_BEHIND = 10  # used counters that are still recognised, so that a code typed twice is called that
_SEPARATORS = re.compile(r"[\s-]")

TIMED = {"hotp": False, "totp": True}  # the names of the two algorithms, and whether a clock moves them

State = dict[str, Any]


def hotp(key: bytes, counter: int, *, digits: int = 6, algorithm: str = "SHA1") -> str:
    """Return the HOTP value (RFC 4226 section 5.3), leading zeros kept."""
    mac = hmac.digest(key, counter.to_bytes(8, "big"), ALGORITHMS[algorithm])
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def hotp_state(key: bytes, *, digits: int = 6, algorithm: str = "SHA1", counter: int = 0) -> State:
    """A token with a button: ``counter`` is the next one that was not used yet."""
    return {
        "timed": False,
        "secret": base64.b32encode(key).decode("ascii"),
        "digits": digits,
        "algorithm": algorithm,
        "counter": counter,
    }


def totp_state(key: bytes, *, digits: int = 6, algorithm: str = "SHA1", period: int = 30, drift: int = 0) -> State:
    """A token with a clock: ``drift`` is how many steps its clock is ahead of ours."""
    return {
        "timed": True,
        "secret": base64.b32encode(key).decode("ascii"),
        "digits": digits,
        "algorithm": algorithm,
        "period": period,
        "last_step": -1,
        "drift": drift,
    }


def read_digits(given: Secret, count: int) -> str | None:
    """Read digits as people type them, in groups; only ASCII digits are digits."""
    try:
        text = _SEPARATORS.sub("", given.text()) if len(given) <= 4 * count else ""
    except UnicodeError:
        return None
    return text if len(text) == count and text.isascii() and text.isdigit() else None


def next_counter(state: State, code: str, *, ahead: int) -> Passed[State] | Refused:
    """Look for the code among the next ``ahead`` counters; the state after it has the counter behind the one found.

    Every counter is compared, so that time tells nothing about which. Of several that match (one code in some
    20,000) the last one counts: it leaves nothing to be used again.
    """
    first = int(state["counter"])
    found = None
    for counter in range(max(0, first - _BEHIND), first + ahead):
        if _same(_value(state, counter), code):
            found = counter
    if found is None:
        return Refused(Reason.CODE_WRONG)
    if found < first:
        return Refused(Reason.CODE_REPLAYED, f"counter {found}, the next unused one is {first}")
    return Passed({**state, "counter": found + 1})


def counter_again(state: State, codes: tuple[str, str], *, ahead: int) -> Passed[State] | Refused:
    """Resynchronise (RFC 4226 section 7.4): two codes in a row among the next ``ahead`` counters."""
    first = int(state["counter"])
    found, before = None, False
    for counter in range(first, first + ahead):
        value = _value(state, counter)
        if before & _same(value, codes[1]):
            found = counter
        before = _same(value, codes[0])
    return Refused(Reason.CODE_WRONG) if found is None else Passed({**state, "counter": found + 1})


def next_step(state: State, code: str, now: Instant, *, around: int = 1) -> Passed[State] | Refused:
    """Look for the code in the steps around where the token's clock was last; follow its clock."""
    present = now.seconds // int(state["period"])
    expected = present + int(state["drift"])
    found = None
    for step in range(max(0, expected - around), expected + around + 1):
        if _same(_value(state, step), code):
            found = step
    if found is None:
        return Refused(Reason.CODE_WRONG)
    return _stepped(state, found, present)


def step_again(state: State, codes: tuple[str, str], now: Instant, *, around: int) -> Passed[State] | Refused:
    """Find a clock again by two codes in a row, at most ``around`` steps from ours (RFC 6238 section 6)."""
    present = now.seconds // int(state["period"])
    found, before = None, False
    for step in range(max(0, present - around), present + around + 1):
        value = _value(state, step)
        if before & _same(value, codes[1]):
            found = step
        before = _same(value, codes[0])
    return Refused(Reason.CODE_WRONG) if found is None else _stepped(state, found, present, used=found - 1)


def _stepped(state: State, step: int, present: int, *, used: int | None = None) -> Passed[State] | Refused:
    """Move on to ``step``; ``used``: the first of the steps that were shown, which must be new as well."""
    last = int(state["last_step"])
    if (step if used is None else used) <= last:
        return Refused(Reason.CODE_REPLAYED, f"step {step}, last one used {last}")
    return Passed({**state, "last_step": step, "drift": step - present})


def _value(state: State, counter: int) -> str:
    key = base64.b32decode(str(state["secret"]))
    return hotp(key, counter, digits=int(state["digits"]), algorithm=str(state["algorithm"]))


def _same(value: str, code: str) -> bool:
    return hmac.compare_digest(value.encode(), code.encode())
