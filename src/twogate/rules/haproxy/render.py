"""The tree becomes text.

Decides indentation, line ends and the limits of a line. Words are quoted by ``document``.
"""

from collections.abc import Iterable

from twogate.rules.haproxy.document import MAX_LINE, MAX_WORDS, Comment, Directive, Line, Section, quoted
from twogate.rules.haproxy.site import GatewayRefusedError

HEADER = "# Compiled from the policy. Do not edit: the next policy replaces this file.\n"


def render(sections: Iterable[Section]) -> str:
    """Return the configuration file."""
    return HEADER + "".join(f"\n{_section(part)}" for part in sections)


def _section(part: Section) -> str:
    return _directive(part.head) + "".join(f"    {_line(line)}" for line in part.lines)


def _line(line: Line) -> str:
    if isinstance(line, Comment):
        return f"# {' '.join(line.text.split())}\n"
    return _directive(line)


def _directive(directive: Directive) -> str:
    text = " ".join(quoted(word) for word in directive.words)
    if len(directive.words) > MAX_WORDS or len(text) > MAX_LINE:
        raise GatewayRefusedError(f"a line is too long for HAProxy: {text[:80]}...")
    return f"{text}\n"
