"""Any delivery of tokens: finds out what kind of file it is.

Decides by content, not by name; an operator may say it instead.
"""

from enum import StrEnum

from twogate.rules.factors.seeds import oath_csv, pskc, yubico_csv
from twogate.rules.factors.seeds.pskc_values import Opening
from twogate.rules.factors.seeds.rows import Written, rows
from twogate.rules.factors.seeds.seed import Delivery
from twogate.terms.instant import Instant
from twogate.terms.verdict import Passed, Refused


class Form(StrEnum):
    """The kinds of file."""

    PSKC = "pskc"
    OATH_CSV = "oath-csv"
    YUBICO_CSV = "yubico-csv"


def read(
    document: bytes,
    opening: Opening,
    *,
    now: Instant,
    form: Form | None = None,
    written: Written | None = None,
) -> Passed[Delivery] | Refused:
    """Read a file of any kind."""
    match form or form_of(document):
        case Form.PSKC:
            return pskc.parse(document, opening, now)
        case Form.YUBICO_CSV:
            return yubico_csv.parse(document)
        case Form.OATH_CSV:
            return oath_csv.parse(document, written=written)


def form_of(document: bytes) -> Form:
    """What it seems to be."""
    if document.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return Form.PSKC
    found = rows(document)
    if isinstance(found, Passed) and yubico_csv.looks_like(found.value[0][1]):
        return Form.YUBICO_CSV
    return Form.OATH_CSV
