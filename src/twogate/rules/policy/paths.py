"""The path that is matched, byte for byte the path that the upstream gets (RFC 3986 section 6.2.2).

Decides how a request target is normalised and which targets can be read in two ways and are therefore refused.
It is the pure twin of what the compiled gateway does; which rule a path obeys is for ``match``.
"""

import re
from dataclasses import dataclass

from twogate.rules.policy.model import Policy, SegmentKind
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

DELIMITERS = ":@!$&'()+,="
"""What RFC 3986 lets stand in a segment beside unreserved characters; ``;`` and ``*`` are left out on purpose."""

AMBIGUOUS_RAW = '\\;{}<>"`^'
"""A backslash is a slash to some servers, ``;`` ends a segment to others; the rest is no URI character at all."""

AMBIGUOUS_ESCAPES = ("%2F", "%5C", "%3B", "%23", *(f"%{code:02X}" for code in (*range(0x20), 0x7F)))
"""Escapes that some server decodes into a separator, a fragment or a control character."""

OVERLONG_UTF8 = ("%C0%", "%C1%", "%E0%80%", "%F0%80%")
"""Beginnings of UTF-8 that spells an ASCII character in too many bytes (RFC 3629 section 3)."""

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMBIGUOUS = re.compile(f"[{re.escape(AMBIGUOUS_RAW)}]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOUBLE_ESCAPE = re.compile(r"%25[0-9A-Fa-f]{2}")
_ABSOLUTE_FORM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", re.DOTALL)
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_DEFAULT_PORT = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class NormalPath:
    """A request target after normalisation. ``query`` is the caller's own, untouched; empty = none."""

    path: str
    query: str
    segments: tuple[str, ...]  # without empty ones: "/a/" and "/a" have the same

    @property
    def target(self) -> str:
        """The request target in origin form, as the upstream gets it (RFC 9112 section 3.2.1)."""
        return f"{self.path}?{self.query}" if self.query else self.path


def normalise(target: str, host: str, *, refused_escapes: tuple[str, ...] = ()) -> NormalPath | Refused:
    """Return the normal path of a request target, or why it is refused.

    ``refused_escapes`` is what ``spelled_escapes`` says of the policy.
    """
    if not _PRINTABLE.fullmatch(target):
        return Refused(Reason.PATH_AMBIGUOUS, "a blank, control or non-ASCII character in the target")
    if "#" in target:
        return Refused(Reason.PATH_AMBIGUOUS, "a fragment in the target")
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    origin_form = target if absolute is None else absolute[3] or "/"  # RFC 9110 section 4.2.3: no path is the root
    path, _, query = origin_form.partition("?")
    if not path.startswith("/"):
        return Refused(Reason.PATH_AMBIGUOUS, "the target does not begin with a slash")
    why = ambiguity(path, refused_escapes)
    if why:
        return Refused(Reason.PATH_AMBIGUOUS, why)
    if absolute and not (_names(host, scheme=absolute[1], authority=absolute[2]) and (absolute[2] or absolute[3])):
        return Refused(Reason.HOST_MISMATCH, "the absolute form names another host")
    path = strip_dot_segments(decode_unreserved(path))
    return NormalPath(path=path, query=query, segments=split(path))


def is_server_wide(target: str) -> bool:
    """Whether OPTIONS for this target asks about the server as a whole and no path (RFC 9112 section 3.2.4)."""
    absolute = _ABSOLUTE_FORM.fullmatch(target)
    return target == "*" or (absolute is not None and not absolute[3])


def ambiguity(path: str, refused_escapes: tuple[str, ...] = ()) -> str:
    """Say what can be read in two ways in a raw path; empty when nothing can."""
    if _AMBIGUOUS.search(path):
        return "a character that some servers read as a separator"
    if "%" not in path:
        return ""
    if _BROKEN_ESCAPE.search(path):
        return "a broken percent escape"
    if _DOUBLE_ESCAPE.search(path):
        return "a percent escape that is escaped once more"
    upper = path.upper()
    if any(escape in upper for escape in (*AMBIGUOUS_ESCAPES, *OVERLONG_UTF8, *refused_escapes)):
        return "an escape that some servers decode into a separator"
    return ""


def decode_unreserved(path: str) -> str:
    """Decode escapes of unreserved characters and write the others in upper case (RFC 3986 section 6.2.2)."""
    if "%" not in path:
        return path

    def rewrite(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        return chr(code) if code in _UNRESERVED else found[0].upper()

    return _ESCAPE.sub(rewrite, path)


def strip_dot_segments(path: str) -> str:
    """Merge slashes and remove ``.`` and ``..``, never climbing above the root (RFC 3986 section 5.2.4)."""
    if path.startswith("/") and "//" not in path and "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part not in {"", "."}:
            kept.append(part)
    ends_open = parts[-1] in {"", ".", ".."} and kept
    return "/" + "/".join(kept) + ("/" if ends_open else "")


def split(path: str) -> tuple[str, ...]:
    """Return the segments of a normal path."""
    return tuple(part for part in path.split("/") if part)


def spelled_escapes(policy: Policy) -> tuple[str, ...]:
    """Return the escapes of delimiters that some template spells out, sorted.

    ``/x:cancel`` and ``/x%3Acancel`` are one resource to most servers but two paths to a matcher, so where a
    rule names the first, nobody may send the second.
    """
    literals = {
        segment.text
        for rule in policy.rules
        for template in rule.match
        for segment in template.segments
        if segment.kind is SegmentKind.LITERAL
    }
    used = {character for text in literals for character in text if character in DELIMITERS}
    return tuple(sorted(f"%{ord(character):02X}" for character in used))


def own_hosts(public_url: str, also: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the values of a Host header that mean this gateway, in lower case (RFC 9110 section 7.2)."""
    scheme, _, authority = public_url.partition("://")
    bare = not re.search(r":\d+$", authority)
    spellings = (authority, *((f"{authority}:{_DEFAULT_PORT[scheme]}",) if bare else ()), *also)
    return tuple(dict.fromkeys(spelling.lower() for spelling in spellings))


def _names(host: str, *, scheme: str, authority: str) -> bool:
    """Whether the authority of an absolute form is the host that was asked (RFC 9112 section 3.2.2).

    Userinfo and the scheme's default port mean nothing, and no authority contradicts nobody.
    """
    name = authority.rpartition("@")[2]
    port = f":{_DEFAULT_PORT.get(scheme.lower(), '')}"
    return not name or _bare(name, port) == _bare(host, port)


def _bare(authority: str, port: str) -> str:
    return authority.lower().removesuffix(port).removesuffix(":")
