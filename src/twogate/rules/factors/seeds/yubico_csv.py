"""YubiKeys as Yubico's own programs write them down while they programme keys.

Decides between two forms: serial, public id, private id, key, access code, time; and the log of the personalisation
tool, whose first cell says what a slot was programmed for. Access codes are left where they are.
"""

from collections.abc import Iterator

from twogate.rules.factors.seeds.rows import Row, Written, octets, rows
from twogate.rules.factors.seeds.seed import Delivery, Described, Seed, gathered, oath_seed, yubico_seed
from twogate.rules.factors.yubico_otp import read_public
from twogate.terms.verdict import Passed, Refused

_SLOT_OTP, _SLOT_HOTP = "yubico otp", "oath-hotp"
_SHORT, _LONG = 4, 6  # cells at least, in either form
_DIGITS_AT = 11  # where the log says how many digits


def looks_like(cells: list[str]) -> bool:
    """Whether a row is one of these, and no table of OATH tokens."""
    return cells[0].lower() in {_SLOT_OTP, _SLOT_HOTP} or (len(cells) >= _SHORT and read_public(cells[1]) is not None)


def parse(document: bytes) -> Passed[Delivery] | Refused:
    """Read a log or a list."""
    found = rows(document)
    return found if isinstance(found, Refused) else Passed(gathered(_seeds(found.value)))


def _seeds(found: list[Row]) -> Iterator[tuple[str, Seed | str]]:
    for line, cells in found:
        where = f"line {line}"
        match cells[0].lower():
            case _ if len(cells) < _SHORT:
                yield where, "too few cells"
            case "yubico otp" | "oath-hotp" if len(cells) < _LONG:
                yield where, "too few cells"
            case "yubico otp":
                yield where, _key(cells[3], cells[4], cells[5])
            case "oath-hotp":
                yield where, _button(cells)
            case _:
                yield where, _key(cells[1], cells[2], cells[3])


def _key(public: str, private: str, key: str) -> Seed | str:
    hidden, secret = octets(private, Written.HEX), octets(key, Written.HEX)
    if hidden is None or secret is None:
        return "its private id or key is not written in hex"
    return yubico_seed(public, private=hidden, key=secret)


def _button(cells: list[str]) -> Seed | str:
    """A slot that types HOTP codes; its serial is the token identifier it was given."""
    key = octets(cells[5], Written.HEX)
    if key is None:
        return "its key is not written in hex"
    digits = cells[_DIGITS_AT] if len(cells) > _DIGITS_AT else ""
    length = int(digits) if digits in {"6", "8"} else 6
    return oath_seed(Described(serial=cells[3], key=key, timed=False, digits=length, model="YubiKey"))
