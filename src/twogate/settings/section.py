"""What every section of the settings is made of: a frozen model, and the few kinds of value a setting can have.

Decides how a duration, a size and a secret are written in a file or in the environment.
Which settings exist is for the section files; where values come from is for ``load``.
"""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, GetPydanticSchema, WithJsonSchema
from pydantic_core import core_schema

from twogate.terms.secret import Secret

_DURATION = re.compile(r"(?:[0-9]{1,9}(?:d|h|m|s))+")
_PART = re.compile(r"([0-9]+)(d|h|m|s)")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SIZE = re.compile(r"([0-9]{1,12})(KiB|MiB|GiB)")
_ADDRESS = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.*-]+):[0-9]{1,5}")
_LAST_PORT = 65_535
_BYTES = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


class Section(BaseModel):
    """One ``[section]``: frozen, and a key it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def _seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not _DURATION.fullmatch(value):
        raise ValueError('write a duration like "90s", "15m", "12h" or "30d"')
    return sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(value))


def _bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _SIZE.fullmatch(value)
    if match is None:
        raise ValueError('write a size like "64KiB", "20MiB" or "1GiB"')
    return int(match[1]) * _BYTES[match[2]]


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or int(text.rpartition(":")[2]) > _LAST_PORT:
        raise ValueError('write an address and a port, "127.0.0.1:8080" or "[::1]:8080"')
    return text


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, str):
        return Secret(value)
    raise ValueError("a secret is text")


def _secret_schema(_source: Any, _handler: Any) -> core_schema.CoreSchema:
    hidden = core_schema.plain_serializer_function_ser_schema(str)
    return core_schema.no_info_plain_validator_function(_secret, serialization=hidden)


Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{_DURATION.pattern}$"}]}),
]
"""A duration: an integer of seconds or ``"15m"``."""

Bytes = Annotated[
    int,
    BeforeValidator(_bytes),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{_SIZE.pattern}$"}]}),
]
"""A size: an integer of bytes or ``"20MiB"``."""

Address = Annotated[
    str,
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "pattern": f"^{_ADDRESS.pattern}$"}),
]
"""``address:port`` to listen on; ``*`` is every address."""

SecretText = Annotated[
    Secret,
    GetPydanticSchema(_secret_schema),
    WithJsonSchema({"type": "string", "writeOnly": True}),
]
"""A secret: prints as ``***``. ``<key>_file`` names a file that holds it, here and in the environment."""
