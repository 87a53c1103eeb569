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
    """Diagnostics on standard error; never a secret, never a body."""

    level: LogLevel = Field(default=LogLevel.INFO, description="`debug`, `info`, `warning` or `error`.")
    json_lines: bool = Field(
        default=False, description="One JSON object for each line, for a log collector, instead of text."
    )
