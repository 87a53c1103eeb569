"""The operator's log: one line for each event on standard error, JSON or key=value, and no secret in it.

Decides the form of a line and what is struck out before it is written. What is worth a line is for the caller;
what must never be lost goes to the audit log instead (``services.audit_log``).
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from twogate.terms.ports import Clock
from twogate.terms.secret import Secret

STRUCK = "***"
_SECRET_KEY = re.compile(r"(?i)(password|passwd|secret|token|cookie|authorization|code|seed|otp|handle|key)$")
_SECRET_VALUE = re.compile(
    r"tg_[a-z]{2,6}_[A-Za-z0-9_-]{8,}"  # our own opaque tokens
    r"|eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}"  # JWS and JWE in compact form (RFC 7515 section 7.1)
    r"|(?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|otpauth://\S+",
)
_TELLING_ERRORS = (OSError, TimeoutError)  # their text names a file or a peer, never what a caller sent


def configure(
    clock: Clock,
    *,
    stream: TextIO | None = None,
    level: int = logging.INFO,
    json_lines: bool = True,
) -> None:
    """Send structlog and the standard library's loggers through the same form to ``stream``."""
    form: structlog.typing.Processor = structlog.processors.JSONRenderer(sort_keys=True)
    if not json_lines:
        form = structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"], drop_missing=True)
    target = stream if stream is not None else sys.stderr
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _stamp(clock),
        describe_exception,
        strike_secrets,
    ]
    structlog.configure(
        processors=[*shared, form],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                form,
            ],
        ),
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


def _stamp(clock: Clock) -> structlog.typing.Processor:
    def add_time(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["at"] = clock.now().isoformat()
        return event

    return add_time


def describe_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace ``exc_info`` by the error's type and where it came from: no locals, and no text a caller chose."""
    found = event.pop("exc_info", None)
    if found is None or found is False:
        return event
    error = found if isinstance(found, BaseException) else sys.exc_info()[1]
    if isinstance(found, tuple):
        error = found[1]
    if error is None:
        return event
    event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, _TELLING_ERRORS):
        event["error_text"] = str(error)[:200]
    frames = traceback.extract_tb(error.__traceback__)
    event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    return event


def strike_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Strike out values under telling names, ``Secret`` objects, and anything that looks like a credential."""
    return {key: _struck(key, value) for key, value in event.items()}


def _struck(key: str, value: Any) -> Any:
    if isinstance(value, Secret) or (_SECRET_KEY.search(key) and value not in (None, "")):
        return STRUCK
    if isinstance(value, str):
        return _SECRET_VALUE.sub(STRUCK, value)
    if isinstance(value, Mapping):
        return {str(inner): _struck(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_struck("", item) for item in value]
    return value
