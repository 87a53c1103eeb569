"""Rows of a CSV file (RFC 4180), bounded, and keys written in hexadecimal or base 32.

Decides how text becomes cells and cells become octets. What the cells mean is for ``oath_csv`` and ``yubico_csv``.
"""

import base64
import csv
import io
from collections.abc import Iterable
from enum import StrEnum

from twogate.rules.factors.seeds.seed import LARGEST_FILE
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused

_MOST_ROWS = 200_000
_HEX = frozenset("0123456789abcdefABCDEF")

Row = tuple[int, list[str]]  # the line it ends on, and its cells


class Written(StrEnum):
    """How keys are written."""

    HEX = "hex"
    BASE32 = "base32"


def rows(document: bytes) -> Passed[list[Row]] | Refused:
    """The rows that say something; lines that begin with # are remarks."""
    if len(document) > LARGEST_FILE:
        return Refused(Reason.INPUT_MALFORMED, f"the file is larger than {LARGEST_FILE >> 20} MiB")
    try:
        text = document.decode("utf-8-sig")
    except UnicodeError:
        return Refused(Reason.INPUT_MALFORMED, "the file is not UTF-8")
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    found: list[Row] = []
    try:
        for cells in reader:
            read = [cell.strip() for cell in cells]
            if any(read) and not read[0].startswith("#"):
                found.append((reader.line_num, read))
            if len(found) > _MOST_ROWS:
                return Refused(Reason.INPUT_MALFORMED, f"more than {_MOST_ROWS} rows; cut the file in pieces")
    except csv.Error:
        return Refused(Reason.INPUT_MALFORMED, f"line {reader.line_num} is not CSV")
    return Passed(found) if found else Refused(Reason.INPUT_MALFORMED, "the file has no rows")


def octets(text: str, written: Written) -> bytes | None:
    """A key; None = it is not written so."""
    plain = "".join(text.split()).replace("-", "")
    try:
        if written is Written.HEX:
            return bytes.fromhex(plain)
        letters = plain.rstrip("=").upper()
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return None


def writing(texts: Iterable[str]) -> Written:
    """How the keys of a whole file are written: hexadecimal if every one could be that.

    A key in base 32 has the letters G to Z in all but one of a million million cases.
    """
    return Written.HEX if all(set("".join(text.split())) <= _HEX for text in texts) else Written.BASE32


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
