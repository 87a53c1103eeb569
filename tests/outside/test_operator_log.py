"""The operator's log: one JSON object a line, and no secret in it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from tests.ports import FakeClock

from twogate.outside import operator_log
from twogate.terms.secret import Secret

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJlc2lnbmF0dXJl"


@pytest.fixture
def stream(fake_clock: FakeClock) -> Iterator[io.StringIO]:
    """The log, configured to write here; everything is as before afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    target = io.StringIO()
    operator_log.configure(fake_clock, stream=target)
    yield target
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_json_object_a_line_with_the_ports_time(stream: io.StringIO) -> None:
    """A line has its event, level and the time of the clock port; a line break in a value stays inside it."""
    structlog.get_logger().info("hello", who="a\nb")
    assert _lines(stream) == [{"at": "2026-11-24T12:00:00.000Z", "event": "hello", "level": "info", "who": "a\nb"}]


@pytest.mark.parametrize(
    "facts",
    [
        {"password": "hunter2"},
        {"user_code": "hunter2"},
        {"set_cookie": "hunter2"},
        {"anything": Secret("hunter2")},
        {"inner": {"client_secret": "hunter2"}},
        {"inner": [{"token": "hunter2"}]},
        {"note": "sent Bearer hunter2hunter2"},
        {"note": "key tg_edge_hunter2hunter2hunter2"},
        {"note": f"got {JWT}"},
        {"note": "otpauth://totp/x?secret=hunter2"},
    ],
)
def test_case_15_no_secret_reaches_the_log(stream: io.StringIO, facts: dict[str, Any]) -> None:
    """Values under telling names, Secret objects and anything shaped like a credential are struck out."""
    structlog.get_logger().warning("something", **facts)
    assert "hunter2" not in stream.getvalue()
    assert "c2lnbmF0dXJl" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_an_exception_is_told_without_what_a_caller_chose(stream: io.StringIO) -> None:
    """The log has the error's type and place; its message and the values of variables stay out."""
    try:
        raise ValueError("invalid literal: hunter2")  # noqa: TRY301  # the error is the input
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
    line = _lines(stream)[0]
    assert line["error"] == "builtins.ValueError"
    assert "test_operator_log.py" in line["where"][-1]
    assert "hunter2" not in stream.getvalue()


def test_a_fault_of_the_machine_is_told_in_full(stream: io.StringIO) -> None:
    """An OSError names a file or a peer, which the operator needs."""
    try:
        raise OSError(28, "No space left on device")  # noqa: TRY301  # the error is the input
    except OSError as error:
        structlog.get_logger().error("failed", exc_info=error)
    assert "No space left" in _lines(stream)[0]["error_text"]


def test_other_libraries_speak_the_same_form(stream: io.StringIO) -> None:
    """What goes through the standard library's logging is struck and written alike."""
    logging.getLogger("another.library").error("token %s", "tg_pat_hunter2hunter2")
    line = _lines(stream)[0]
    assert line["level"] == "error"
    assert line["event"] == "token ***"


def test_a_line_for_people_has_the_same_facts(fake_clock: FakeClock, stream: io.StringIO) -> None:
    """Without JSON a line is key=value, and struck out alike."""
    target = io.StringIO()
    operator_log.configure(fake_clock, stream=target, json_lines=False)
    structlog.get_logger().info("hello there", password="hunter2")
    assert target.getvalue() == 'at=2026-11-24T12:00:00.000Z level=info event="hello there" password=***\n'
    assert stream.getvalue() == ""
