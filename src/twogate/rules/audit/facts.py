"""What an audit event may say: short words and numbers, never a secret.

Decides what is withheld. A log must hold no passwords, tokens or keys (OWASP ASVS 5.0, 16.2.5); what callers typed
may be any of them, so whatever looks like one is replaced before it is written.
"""

import re
from typing import Any

from twogate.terms.secret import Secret

LONGEST = 256  # characters of one text
WITHHELD = "[withheld]"
_DEEPEST = 3
_TELLING = re.compile(
    r"tg_[a-z]{2,8}_"  # our own tokens
    r"|\beyJ[A-Za-z0-9_-]{8,}"  # a JSON object in base64url: the start of every JWT
    r"|-----BEGIN"
    r"|(?i:\b(bearer|basic)\s+\S)"
    r"|\$argon2",
)
_DENSE = re.compile(r"[A-Za-z0-9+/_=-]{40,}")  # 40 characters in a row are 240 bits: a name is never like that
_NAMED = frozenset({"kid", "digest", "path"})  # facts that are dense by nature and public


def plain(text: str) -> str:
    """Return ``text`` as it may be written: cut to size, without control characters, withheld when it tells."""
    if isinstance(text, Secret | bytes) or not isinstance(text, str):
        raise TypeError("an audit event holds plain text, and no secret")
    return WITHHELD if _tells(text) else _clean(text)


def harmless(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts as they may be written.

    Raises:
        TypeError: a value is a Secret, bytes, or of a kind that JSON does not know.
    """
    return {_clean(name): _value(name, value, _DEEPEST) for name, value in facts.items()}


def _value(name: str, value: Any, depth: int) -> Any:
    match value:
        case None | bool() | int():
            return int(value) if isinstance(value, int) and not isinstance(value, bool) else value
        case str():
            return WITHHELD if _tells(value, dense=name not in _NAMED) else _clean(value)
        case float():
            return round(value, 6) if value - value == 0 else str(value)  # JSON has no infinity
        case list() | tuple() | set() | frozenset() if depth:
            items = sorted(value) if isinstance(value, set | frozenset) else value
            return [_value(name, item, depth - 1) for item in items]
        case dict() if depth:
            return {_clean(str(inner)): _value(str(inner), item, depth - 1) for inner, item in value.items()}
        case _:
            raise TypeError(f"an audit event cannot hold {type(value).__name__}: {name}")


def _tells(text: str, *, dense: bool = True) -> bool:
    return bool(_TELLING.search(text)) or (dense and bool(_DENSE.search(text)))


def _clean(text: str) -> str:
    """Keep printable text; a lone surrogate or NUL would be refused by the database."""
    kept = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:LONGEST])
    return kept + "…" if len(text) > LONGEST else kept
