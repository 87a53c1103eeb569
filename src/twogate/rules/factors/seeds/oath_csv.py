"""OATH tokens as a table: with a heading, in the words of several vendors; or without, in the usual order.

Decides which column means what. Without a heading a row is: serial, key, kind, digits, period (of a clock) or counter
(of a button).
"""

from collections.abc import Iterator, Mapping

from twogate.rules.factors.oath import TIMED
from twogate.rules.factors.seeds.rows import Row, Written, octets, rows, writing
from twogate.rules.factors.seeds.seed import Delivery, Described, Seed, gathered, oath_seed
from twogate.terms.verdict import Passed, Refused

_NAMES: Mapping[str, str] = {
    name: column
    for column, names in {
        "serial": "serial, serial number, serialnumber, serial no, serialno, token serial",
        "key": "secret, secret key, secretkey, seed, key, secret key base32, secret base32, secret hex, seed hex",
        "kind": "type, kind, algorithm type, token type, otp type",
        "digits": "digits, length, otp length, otplen, otp digits, codedigits",
        "period": "period, time interval, timeinterval, interval, time step, timestep, step",
        "counter": "counter, initial counter, event counter, moving factor",
        "algorithm": "algorithm, hash, hash algorithm, hashlib, hash function",
        "maker": "manufacturer, vendor, maker",
        "model": "model, device model, product",
    }.items()
    for name in names.split(", ")
}
_ORDER = ("serial", "key", "kind", "digits", "moving")
_KINDS = {**TIMED, "event": False, "time": True, **{f"oath-{name}": timed for name, timed in TIMED.items()}}
_USUAL_KIND = "time"  # the tables of large directories do not say it: theirs have clocks

Cells = dict[str, str]


def parse(document: bytes, *, written: Written | None = None) -> Passed[Delivery] | Refused:
    """Read a table; ``written``: how keys are written, where that cannot be seen."""
    found = rows(document)
    if isinstance(found, Refused):
        return found
    columns, body = _columns(found.value)
    told = [(line, dict(zip(columns, cells, strict=False))) for line, cells in body]
    how = written or writing(cells.get("key", "") for _, cells in told)
    return Passed(gathered(_seeds(told, how)))


def _columns(found: list[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """What the columns are: by the heading if there is one."""
    names = [
        " ".join(cell.lower().replace("_", " ").replace("(", " ").replace(")", " ").split()) for cell in found[0][1]
    ]
    columns = tuple(_NAMES.get(name, f"unknown {at}") for at, name in enumerate(names))
    return (columns, found[1:]) if {"serial", "key"} <= set(columns) else (_ORDER, found)


def _seeds(told: list[tuple[int, Cells]], written: Written) -> Iterator[tuple[str, Seed | str]]:
    for line, cells in told:
        serial = cells.get("serial", "")
        yield f"line {line} ({serial})" if serial else f"line {line}", _seed(cells, written)


def _seed(cells: Cells, written: Written) -> Seed | str:
    kind = (cells.get("kind") or (_USUAL_KIND if "kind" not in cells else "")).lower()
    if kind not in _KINDS:
        return "neither HOTP nor TOTP"
    timed = _KINDS[kind]
    key = octets(cells.get("key", ""), written)
    if key is None:
        return f"its key is not written in {written.value}"
    moving = cells.get("moving", "")
    numbers = {
        "digits": _number(cells.get("digits"), usual=6),
        "period": _number(cells.get("period") or (moving if timed else ""), usual=30),
        "counter": _number(cells.get("counter") or ("" if timed else moving), usual=0),
    }
    wrong = [name for name, number in numbers.items() if number is None]
    if wrong:
        return f"{wrong[0]} is not a number"
    return oath_seed(
        Described(
            serial=cells.get("serial", ""),
            key=key,
            timed=timed,
            digits=numbers["digits"] or 0,
            algorithm=(cells.get("algorithm") or "SHA1").upper().replace("-", "").removeprefix("HMAC"),
            period=numbers["period"] or 0,
            counter=numbers["counter"] or 0,
            model=f"{cells.get('maker', '')} {cells.get('model', '')}",
        )
    )


def _number(text: str | None, *, usual: int) -> int | None:
    if not text:
        return usual
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None  # noqa: PLR2004  # below 2^63
