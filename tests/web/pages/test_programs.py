"""What a User-Agent says, in words a person recognises."""

import pytest

from twogate.web.pages.programs import program

_MOZILLA = "Mozilla/5.0"
_ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{_MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{_MOZILLA} (Windows NT 10.0; Win64) {_ENGINE} Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        (f"{_MOZILLA} (Linux; Android 16; K) {_ENGINE} Chrome/156.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            f"{_MOZILLA} (iPhone; CPU iPhone OS 19_0 like Mac OS X) {_ENGINE} Version/19.0 Safari/604",
            "Safari on iPhone",
        ),
        ("curl/8.5.0", "curl"),
        ("something<b>", "something<b>"),
        ("x" * 300, "x" * 40),
        ("", "Unknown program"),
    ],
)
def test_programs_are_named(user_agent: str, words: str) -> None:
    """Browser and system are named; what is not known is shown as it is, shortened."""
    assert program(user_agent) == words
