"""ntfy against a local server that speaks its JSON interface."""

from tests.outside.push.servers import http_server

from twogate.outside.push.ntfy import Ntfy
from twogate.terms.push import Carried, Wake
from twogate.terms.secret import Secret

WAKE = Wake("Example", "Something waits.", "https://api.example.com/.twogate/phone", "prq_a", 120)
TOPIC = {"topic": "k3J" * 10}


async def test_a_message_is_published_to_the_topic() -> None:
    """With title, text, a link and priority, not kept by the server, under the operator's token."""
    with http_server(lambda _: (200, b"{}")) as server:
        ntfy = Ntfy(server.url, Secret("tk_abc"))
        assert await ntfy.carry(TOPIC, WAKE) == Carried()
        await ntfy.close()
    heard = server.heard[0]
    assert heard.path == "/"
    assert heard.json == {
        "topic": TOPIC["topic"],
        "title": "Example",
        "message": "Something waits.",
        "click": WAKE.url,
        "priority": 4,
    }
    assert heard.headers["authorization"] == "Bearer tk_abc"
    assert heard.headers["cache"] == "no"


async def test_without_a_token_none_is_sent() -> None:
    """A trailing slash in the address does no harm."""
    with http_server(lambda _: (200, b"{}")) as server:
        ntfy = Ntfy(server.url + "/", Secret(""))
        assert await ntfy.carry(TOPIC, WAKE) == Carried()
        await ntfy.close()
    assert "authorization" not in server.heard[0].headers


async def test_trouble_is_told() -> None:
    """By the status, or by its kind when nobody is there."""
    with http_server(lambda _: (507, b"{}")) as server:
        ntfy = Ntfy(server.url, Secret(""))
        assert await ntfy.carry(TOPIC, WAKE) == Carried("the server answered 507")
    assert await ntfy.carry(TOPIC, WAKE) == Carried("ConnectError")
    await ntfy.close()
