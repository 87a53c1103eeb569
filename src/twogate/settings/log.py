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
    """Diagnostics on standard error; one JSON object a line, never a secret, never a body."""

    level: LogLevel = Field(default=LogLevel.INFO, description="`debug`, `info`, `warning` or `error`.")
