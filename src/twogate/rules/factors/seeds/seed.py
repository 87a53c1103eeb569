"""What a delivery of tokens comes to: seeds that can be used, and lines that cannot, each with its reason.

Decides what may be a seed at all: a serial, a key of 112 bits or more (NIST SP 800-63B-4 section 3.1.4.1), 6 to 8
digits, 30 or 60 seconds. How a file says it is for the parsers beside this one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twogate.rules.factors import oath
from twogate.rules.factors.hardware_token import HardwareToken, read_serial
from twogate.rules.factors.yubico_otp import KEY_BYTES, PRIVATE_BYTES, YubicoOtp, imported, read_public

LARGEST_FILE = 32 << 20
_LONGEST_MODEL = 64


@dataclass(frozen=True, slots=True)
class Seed:
    """A token that can be given to somebody. ``state`` is its factor's own."""

    factor: str
    serial: str
    model: str
    state: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line or key that is no seed, and why; never with key material in it."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A whole file."""

    seeds: tuple[Seed, ...]
    unusable: tuple[Unusable, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """An OATH token as any file describes it. ``timed``: it has a clock."""

    serial: str
    key: bytes = field(repr=False)
    timed: bool
    digits: int = 6
    algorithm: str = "SHA1"
    period: int = 30
    counter: int = 0
    model: str = ""


def oath_seed(told: Described) -> Seed | str:
    """A seed, or why it is none."""
    serial = read_serial(told.serial)
    if serial is None:
        return "the serial is missing or no serial"
    wrong = _wrong(told)
    if wrong:
        return wrong
    shape: Mapping[str, Any] = {"digits": told.digits, "algorithm": told.algorithm}
    if told.timed:
        state = oath.totp_state(told.key, **shape, period=told.period)
    else:
        state = oath.hotp_state(told.key, **shape, counter=told.counter)
    model = model_of(told.model)
    return Seed(HardwareToken.name, serial, model, {**state, "serial": serial, "model": model})


def yubico_seed(public: str, *, private: bytes, key: bytes) -> Seed | str:
    """Likewise for a YubiKey."""
    name = read_public(public)
    if name is None:
        return "the public id is not modhex"
    if len(private) != PRIVATE_BYTES or len(key) != KEY_BYTES:
        return "a YubiKey has a private id of 6 bytes and a key of 16"
    return Seed(YubicoOtp.name, name, "YubiKey", imported(name, private=private, key=key))


def gathered(found: Iterable[tuple[str, Seed | str]]) -> Delivery:
    """Sort what can be used from what cannot; a serial that comes twice is used once at most."""
    seeds: dict[tuple[str, str], Seed] = {}
    unusable: list[Unusable] = []
    for where, one in found:
        if isinstance(one, str):
            unusable.append(Unusable(where, one))
        elif (one.factor, one.serial) in seeds:
            unusable.append(Unusable(where, f"serial {one.serial} comes twice"))
        else:
            seeds[one.factor, one.serial] = one
    return Delivery(tuple(seeds.values()), tuple(unusable))


def model_of(text: str) -> str:
    """Maker and model in one line that can be shown."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:_LONGEST_MODEL]


def _wrong(told: Described) -> str:
    if not oath.LEAST_KEY_BYTES <= len(told.key) <= oath.MOST_KEY_BYTES:
        return f"a key has {oath.LEAST_KEY_BYTES} to {oath.MOST_KEY_BYTES} bytes"
    if told.algorithm not in oath.ALGORITHMS:
        return "the hash function is not SHA1, SHA256 or SHA512"
    if told.digits not in oath.DIGITS:
        return "a code has 6 to 8 digits"
    if told.timed and told.period not in oath.PERIODS:
        return "a code lives 30 or 60 seconds"
    if not 0 <= told.counter <= oath.HIGHEST_COUNTER:
        return "the counter is out of range"
    return ""
