"""Forms as they arrive: every field once, none unknown, all of it text (WHATWG ``application/x-www-form-urlencoded``).

Decides what a well-formed form is. What its fields mean is for the page that asked for them.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

MEDIA_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 32


async def read_form(request: Request, known: frozenset[str]) -> Mapping[str, str] | Refused:
    """Return the fields; a field of ``known`` that was not sent is empty."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        return Refused(Reason.INPUT_MALFORMED, "not a form")
    try:
        pairs = parse_qsl(
            (await request.body()).decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        return Refused(Reason.INPUT_MALFORMED, "form is not decodable")
    fields = dict(pairs)
    if len(fields) != len(pairs) or not fields.keys() <= known:
        return Refused(Reason.INPUT_MALFORMED, "field repeated or unknown")
    if any("\x00" in value for value in fields.values()):
        return Refused(Reason.INPUT_MALFORMED, "NUL in a field")
    return {name: fields.get(name, "") for name in known}
