"""In which form a refusal is told."""

import pytest
from tests.web.requests import request

from twogate.web.dialect import Dialect, cors_headers, dialect_of
from twogate.web.front import Front

FRONT = Front("https://api.example.com", ("https://app.example.com",))


@pytest.mark.parametrize(
    ("headers", "dialect"),
    [
        ([("sec-fetch-mode", "navigate")], Dialect.NAVIGATION),
        ([("accept", "text/html,*/*")], Dialect.NAVIGATION),
        ([("accept", "text/html"), ("origin", "https://api.example.com")], Dialect.NAVIGATION),
        ([("accept", "text/html"), ("authorization", "Bearer x")], Dialect.PROGRAM),
        ([("sec-fetch-mode", "navigate"), ("authorization", "Bearer x")], Dialect.PROGRAM),
        ([("sec-fetch-mode", "cors"), ("accept", "text/html")], Dialect.SCRIPT),
        ([("origin", "https://app.example.com")], Dialect.SCRIPT),
        ([("x-requested-with", "XMLHttpRequest")], Dialect.SCRIPT),
        ([("accept", "application/json")], Dialect.PROGRAM),
        ([], Dialect.PROGRAM),
    ],
)
def test_the_request_says_who_reads_the_answer(headers: list[tuple[str, str]], dialect: Dialect) -> None:
    """Navigation, script and program are told apart by what browsers say of themselves."""
    assert dialect_of(request(headers=headers)) is dialect


def test_only_allowed_origins_may_read() -> None:
    """An allowed origin is echoed with credentials; any other gets nothing, and caches are told that it matters."""
    allowed = cors_headers(request(headers=[("origin", "https://app.example.com")]), FRONT)
    assert allowed["access-control-allow-origin"] == "https://app.example.com"
    assert allowed["access-control-allow-credentials"] == "true"
    assert cors_headers(request(headers=[("origin", "https://evil.example")]), FRONT) == {"vary": "Origin"}
    assert cors_headers(request(), Front("https://api.example.com")) == {}
