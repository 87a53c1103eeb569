"""Every key of the policy file, once: how its value is read, and its JSON Schema for editors.

Decides which keys exist. ``parse`` puts the values together, ``schema`` the fragments; so the two cannot drift.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twogate.rules.assurance.level import Level
from twogate.rules.policy import countries, notation
from twogate.rules.policy.lines import Place
from twogate.rules.policy.mistakes import Notebook, nearest
from twogate.rules.policy.model import Mode
from twogate.rules.policy.templates import MAX_LENGTH, template

Reader = Callable[[object, Place, Notebook], Any]
"""Returns the value, or None after noting what is wrong with it."""

_MAX_LIST = 1000
_MAX_QUOTAS = 3
_MAX_HOURS = 16
_MAX_TEMPLATES_OF_A_RULE = 50_000


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table."""

    read: Reader
    schema: dict[str, Any]
    about: str  # a sentence for the editor and the reference
    required: bool = False


def text(convert: Callable[[str], Any], pattern: str = "") -> tuple[Reader, dict[str, Any]]:
    """A string that ``convert`` understands."""

    def read(value: object, place: Place, notes: Notebook) -> object:
        if not isinstance(value, str):
            notes.note(place, f"expected text in quotes, not {_kind(value)}")
            return None
        try:
            return convert(value)
        except ValueError as wrong:
            notes.note(place, str(wrong))
            return None

    return read, {"type": "string", "pattern": f"^{pattern}$"} if pattern else {"type": "string"}


def texts(
    convert: Callable[[str], Any], pattern: str = "", *, least: int = 0, most: int = _MAX_LIST
) -> tuple[Reader, dict[str, Any]]:
    """One string or a list of them."""
    read_one, schema_of_one = text(convert, pattern)

    def read(value: object, place: Place, notes: Notebook) -> object:
        if isinstance(value, str):
            one = read_one(value, place, notes)
            return None if one is None else (one,)
        if not isinstance(value, list):
            notes.note(place, f"expected text in quotes or a list of texts, not {_kind(value)}")
            return None
        if not least <= len(value) <= most:
            notes.note(place, f"expected {least} to {most} elements, not {len(value)}")
            return None
        found = [read_one(element, (*place, number), notes) for number, element in enumerate(value)]
        return None if None in found else tuple(found)

    many = {"type": "array", "items": schema_of_one, "minItems": least, "maxItems": most}
    return read, {"anyOf": [schema_of_one, many]}


def whole(low: int, high: int) -> tuple[Reader, dict[str, Any]]:
    """A whole number within bounds."""

    def read(value: object, place: Place, notes: Notebook) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            notes.note(place, f"expected a whole number, not {_kind(value)}")
            return None
        if not low <= value <= high:
            notes.note(place, f"expected {low} to {high}")
            return None
        return value

    return read, {"type": "integer", "minimum": low, "maximum": high}


def flag() -> tuple[Reader, dict[str, Any]]:
    """True or false."""

    def read(value: object, place: Place, notes: Notebook) -> object:
        if not isinstance(value, bool):
            notes.note(place, f"expected true or false, not {_kind(value)}")
            return None
        return value

    return read, {"type": "boolean"}


def choice(words: dict[str, Any]) -> tuple[Reader, dict[str, Any]]:
    """One word of a closed list."""

    def read(value: object, place: Place, notes: Notebook) -> object:
        if not isinstance(value, str) or value not in words:
            said = f'"{_short(value)}"' if isinstance(value, str) else _kind(value)
            hint = nearest(value, words) if isinstance(value, str) else ""
            notes.note(place, f"expected one of {', '.join(words)}, not {said}", hint)
            return None
        return words[value]

    return read, {"enum": list(words)}


def read_table(raw: dict[str, Any], keys: dict[str, Key], *, place: Place, notes: Notebook) -> dict[str, Any]:
    """Read a table's known keys; note unknown, missing and wrong ones. Returns what could be read."""
    for word in raw:
        if word not in keys:
            hint = nearest(word, keys) or f"known here: {', '.join(keys)}"
            notes.note((*place, word), f'unknown key "{_short(word)}"', hint)
    for word, key in keys.items():
        if key.required and word not in raw:
            notes.note(place, f"{word} is missing", key.about)
    read = {word: key.read(raw[word], (*place, word), notes) for word, key in keys.items() if word in raw}
    return {word: value for word, value in read.items() if value is not None}


def _kind(value: object) -> str:
    """The TOML name of a value's type."""
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004  # a line of a terminal


_LEVELS = {level.acr: level for level in Level}
_MODES = {mode.value: mode for mode in Mode}
_TEMPLATE_PATTERN = rf"(?=.{{1,{MAX_LENGTH}}}$)([A-Z][A-Z-]{{0,31}} |\* )?/[^ ]*"

TOP: dict[str, Key] = {
    "public_url": Key(
        *text(notation.origin, notation.ORIGIN_PATTERN + "/?"),
        about="where callers reach the gateway, for example https://api.example.com",
        required=True,
    ),
    "cors": Key(
        *texts(notation.origin, notation.ORIGIN_PATTERN + "/?"),
        about="origins whose pages may call the API from a browser and read the answers",
    ),
    "block": Key(*texts(notation.network), about="networks that are refused whatever they ask for"),
}

UPSTREAM: dict[str, Key] = {
    "name": Key(*text(notation.name, notation.NAME_PATTERN), about="what rules call this server", required=True),
    "url": Key(
        *text(notation.origin, notation.ORIGIN_PATTERN + "/?"),
        about="scheme, host and port of the server behind the gateway",
        required=True,
    ),
    "host": Key(*text(notation.host), about="the Host header it gets; without this, the caller's"),
    "ca_file": Key(*text(notation.ca_file, notation.CA_FILE_PATTERN), about="for https: who may sign its certificate"),
    "timeout": Key(
        *text(notation.duration, notation.DURATION_PATTERN), about="how long it may stay silent; 60s without this"
    ),
}

RULE: dict[str, Key] = {
    "match": Key(
        *texts(template, _TEMPLATE_PATTERN, least=1, most=_MAX_TEMPLATES_OF_A_RULE),
        about="methods and path templates, for example GET /v1/orders/{id} or /admin/**",
        required=True,
    ),
    "name": Key(*text(notation.name, notation.NAME_PATTERN), about="the rule's name in logs and explanations"),
    "require": Key(*choice(_LEVELS), about="the level of assurance; aal1 without this"),
    "max_age": Key(
        *text(notation.duration, notation.DURATION_PATTERN), about="how long ago the proof may have been given"
    ),
    "factors": Key(*whole(1, 3), about="how many different kinds of proof: known, held, inherent"),
    "client_certificate": Key(
        *flag(), about="whether a client certificate must be shown; the gateway's settings say who issues good ones"
    ),
    "scopes": Key(
        *texts(notation.scope, notation.SCOPE_PATTERN, most=32), about="scopes the token must carry, all of them"
    ),
    "networks": Key(*texts(notation.network, least=1), about="networks it may be called from"),
    "countries": Key(
        *texts(countries.country, countries.COUNTRY_PATTERN, least=1),
        about="countries it may be called from, for example DE; local is private networks. An address whose country "
        "is not known is refused",
    ),
    "asn": Key(
        *texts(countries.asn, countries.ASN_PATTERN, least=1),
        about="autonomous systems (networks of providers) it may be called from, for example AS3320",
    ),
    "hours": Key(
        *texts(notation.hours, notation.HOURS_PATTERN, least=1, most=_MAX_HOURS),
        about="when it may be called, for example Mon-Fri 08:00-18:00 Europe/Berlin",
    ),
    "quota": Key(
        *texts(notation.quota, notation.QUOTA_PATTERN, least=1, most=_MAX_QUOTAS),
        about="how often each account may call it, for example 100/day",
    ),
    "upstream": Key(
        *text(notation.name, notation.NAME_PATTERN), about="which server; not needed when there is only one"
    ),
    "mode": Key(*choice(_MODES), about="enforce, or shadow: evaluated and logged only"),
    "forward_credential": Key(*flag(), about="whether the caller's token goes to the upstream too"),
}
