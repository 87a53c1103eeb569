"""Templates to HTML answers."""

import pytest
from jinja2 import UndefinedError
from tests.web.requests import request

from twogate.web.pages.render import WayOut, show, show_error


def test_values_are_escaped() -> None:
    """Whatever a value holds, it is text on the page."""
    answer = show_error(request(), 404, "<script>alert(1)</script>", way_out=WayOut('"><b>', "&"))
    text = bytes(answer.body).decode()
    assert "<script>" not in text
    assert "<b>" not in text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_missing_value_is_an_error_not_a_gap() -> None:
    """A template that is not given what it shows does not render."""
    with pytest.raises(UndefinedError):
        show(request(), "sign_out.html")


def test_an_error_page_names_the_request() -> None:
    """Whoever asks for help can name what happened."""
    answer = show_error(request(), 418, "Something.")
    assert "req_test" in bytes(answer.body).decode()
    assert answer.status_code == 418
