"""Path templates from text: ``GET /v1/orders/{id}``, ``/admin/**``.

Decides how a method and a path template are written. A literal segment is kept in the spelling that ``paths``
gives to requests, so that matching compares bytes. Which template wins is for ``match``.
"""

import re
from urllib.parse import quote

from twogate.rules.policy.model import Segment, SegmentKind, Template
from twogate.rules.policy.paths import DELIMITERS, OVERLONG_UTF8, decode_unreserved

MAX_LENGTH = 1024
MAX_DEPTH = 32
NEVER_LET_THROUGH = frozenset({"CONNECT", "TRACE"})
METHOD = re.compile(r"[A-Z][A-Z-]{0,31}")
"""Only capitals: ``delete`` must not dodge a rule for ``DELETE`` at a lenient server (RFC 9110 section 9.1)."""

_PARAMETER = re.compile(r"\{[A-Za-z_][A-Za-z0-9_-]{0,63}\}")
_LITERAL = re.compile(rf"(?:[A-Za-z0-9._~{re.escape(DELIMITERS)}-]|%20|%[89A-F][0-9A-F])+")


def template(text: str) -> Template:
    """Read ``METHOD /path`` or ``/path``.

    Raises:
        ValueError: with a sentence for whoever wrote it.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a template is at most {MAX_LENGTH} characters")
    method, _, path = ("*", " ", text) if text.startswith("/") else text.partition(" ")
    if " " in path:
        raise ValueError("a blank in a path is written %20")
    if not path.startswith("/"):
        raise ValueError('a template is "/path" or "METHOD /path"')
    _check_method(method)
    parts = path[1:].removesuffix("/").split("/") if path != "/" else []
    if len(parts) > MAX_DEPTH:
        raise ValueError(f"a template has at most {MAX_DEPTH} segments")
    segments = tuple(_segment(part) for part in parts)
    if any(segment.kind is SegmentKind.REST for segment in segments[:-1]):
        raise ValueError("** stands only at the end")
    return Template(method=method, segments=segments, source=text)


def _check_method(method: str) -> None:
    if method == "*":
        return
    if METHOD.fullmatch(method.upper()) and method != method.upper():
        raise ValueError(f'methods are written in capitals: "{method.upper()}"')
    if not METHOD.fullmatch(method):
        raise ValueError('a template is "/path" or "METHOD /path"')
    if method in NEVER_LET_THROUGH:
        raise ValueError(f"{method} is never let through, so no rule can name it")


def _segment(part: str) -> Segment:
    if part == "**":
        return Segment(SegmentKind.REST)
    if part == "*":
        return Segment(SegmentKind.ANY)
    if _PARAMETER.fullmatch(part):
        return Segment(SegmentKind.PARAMETER, part[1:-1])
    return Segment(SegmentKind.LITERAL, _literal(part))


def _literal(part: str) -> str:
    if not part:
        raise ValueError("a segment is not empty: write one slash")
    if "{" in part or "}" in part or "*" in part:
        raise ValueError("{name}, * and ** stand for a whole segment")
    if "?" in part or "#" in part:
        raise ValueError("a template matches the path only, not a query or a fragment")
    if ";" in part or "\\" in part:
        raise ValueError("requests with ; or a backslash in the path are always refused, so this cannot match")
    text = decode_unreserved(quote(part, safe=f"%{DELIMITERS}~"))
    if text in {".", ".."}:
        raise ValueError("dot segments are removed before matching, so this cannot match")
    if not _LITERAL.fullmatch(text) or any(spelling in f"{text}%" for spelling in OVERLONG_UTF8):
        raise ValueError(f"a literal is letters, digits and - . _ ~ {' '.join(DELIMITERS)}, %20 or non-ASCII")
    return text
