"""How an answer is sent, and how a body is taken."""

from collections.abc import MutableMapping
from typing import Any

import pytest

from twogate.dataplane.faults import ControlUnavailableError
from twogate.forward_auth.asgi import body_of, say
from twogate.rules.forward_auth.answers import Answer


async def test_an_answer_has_its_length_and_lower_case_names() -> None:
    """As ASGI wants them."""
    said: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await say(Answer(401, (("X-Auth-Subject", "usr_\xe9"),), b"no"), send)
    assert said[0]["headers"] == [(b"x-auth-subject", b"usr_\xe9"), (b"content-length", b"2")]
    assert (said[0]["status"], said[1]["body"]) == (401, b"no")


async def test_a_body_comes_in_pieces_and_a_caller_that_goes_is_told() -> None:
    """Half a body is never taken for a whole one."""
    messages = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> MutableMapping[str, Any]:
        return messages.pop(0)

    body = body_of(receive)
    assert [await anext(body), await anext(body)] == [b"a", b"b"]
    with pytest.raises(ControlUnavailableError):
        await anext(body)
