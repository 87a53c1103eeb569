"""Scopes: how they are written, and what part of them a client gets (RFC 6749 section 3.3).

Decides the spelling of a scope and that nobody is given more than was registered or granted. What a scope permits is
for the policy's rules.
"""

import re
from collections.abc import Iterable, Sequence

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidScope
from twogate.terms.reasons import Reason

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_MOST = 64


def read(text: str) -> tuple[str, ...] | InvalidScope:
    """Split at single blanks; repeated words count once, the order stays."""
    words = tuple(dict.fromkeys(text.split(" "))) if text else ()
    if not well_formed(words):
        return InvalidScope(Reason.SCOPE_REFUSED, "a scope is letters, digits and . _ : / - (at most 64)")
    return words


def well_formed(words: Sequence[str]) -> bool:
    """Whether each of these is one scope, and there are not too many."""
    return len(words) <= _MOST and all(_WORD.fullmatch(word) for word in words)


def within(text: str, allowed: Iterable[str]) -> tuple[str, ...] | InvalidScope:
    """Return what is asked for, if it is all allowed; all that is allowed when nothing is asked for."""
    asked = read(text)
    if isinstance(asked, InvalidScope):
        return asked
    allowed = tuple(allowed)
    if not asked:
        return allowed
    if not set(asked) <= set(allowed):
        return InvalidScope(Reason.SCOPE_REFUSED, "the scope asks for more than is allowed")
    return asked
