"""``[log]``: what the processes say about themselves."""

from enum import StrEnum

from pydantic import Field

from twogate.settings.section import Section


class LogLevel(StrEnum):
    """How much is said."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Log(Section):
    """Diagnostics on standard error; one line for each event, never a secret, never a body."""

    level: LogLevel = Field(default=LogLevel.INFO, description="`debug`, `info`, `warning` or `error`.")
    json_lines: bool = Field(default=True, description="One JSON object a line; `false`: `key=value` for people.")
