"""Who may call the administrators' doors."""

import pytest
from starlette.requests import Request

from twogate.web.admin.administrator import NotAllowed, read_object, text_of


def _request(body: bytes) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": [], "path": "/", "query_string": b""}, receive)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b'{"a":1,"a":2}',
        b"\xff",
        b"[" * 5_000,
        b'{"a":"' + b"x" * 20_000 + b'"}',
        b'{"a":"\\ud800"}',
    ],
)
async def test_only_an_object_is_read(body: bytes) -> None:
    """What is no JSON object, says a key twice, is deep, long or no text ends the request with 422."""
    with pytest.raises(NotAllowed) as refused:
        await read_object(_request(body))
    assert refused.value.answer.status_code == 422


async def test_texts_are_texts() -> None:
    """A text is taken; a number, a list, ``true``, an empty one or none is not."""
    request = _request(b"")
    found = await read_object(_request(b'{"a": "x", "b": 1, "c": ["x"], "d": true, "e": ""}'))
    assert text_of(request, found, "a") == "x"
    for key in ("b", "c", "d", "e", "f"):
        with pytest.raises(NotAllowed):
            text_of(request, found, key)
