"""Tests of ``twogate.rules.policy.dialect``."""

from typing import Any

import pytest
from tests.rules.policy.drafts import request

from twogate.rules.policy.dialect import Dialect, dialect


@pytest.mark.parametrize(
    ("facts", "spoken"),
    [
        ({}, Dialect.PROGRAM),
        ({"accept": "application/json"}, Dialect.PROGRAM),
        ({"fetch_mode": "navigate"}, Dialect.NAVIGATION),
        ({"accept": "text/html,*/*;q=0.8"}, Dialect.NAVIGATION),
        ({"accept": "TEXT/HTML"}, Dialect.NAVIGATION),
        ({"accept": "text/html", "authorizations": 1}, Dialect.PROGRAM),
        ({"fetch_mode": "navigate", "bearers": 1, "authorizations": 1}, Dialect.PROGRAM),
        ({"accept": "text/html", "fetch_mode": "cors"}, Dialect.SCRIPT),
        ({"fetch_mode": "same-origin"}, Dialect.SCRIPT),
        ({"fetch_mode": "no-cors"}, Dialect.SCRIPT),
        ({"origin": "https://app.example.com"}, Dialect.SCRIPT),
        ({"requested_with": True}, Dialect.SCRIPT),
        ({"origin": "https://app.example.com", "fetch_mode": "navigate"}, Dialect.NAVIGATION),
        ({"fetch_mode": "websocket"}, Dialect.PROGRAM),
    ],
)
def test_each_caller_is_answered_in_its_own_dialect(facts: dict[str, Any], spoken: Dialect) -> None:
    """Fetch Metadata first, Accept only for browsers that do not send it."""
    assert dialect(request(**facts)) is spoken
