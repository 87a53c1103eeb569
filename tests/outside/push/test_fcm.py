"""Firebase Cloud Messaging against a local server that grants tokens and takes messages as HTTP v1 does."""

import json
from urllib.parse import parse_qs

from joserfc import jws
from joserfc.jwk import RSAKey
from tests.outside.push.servers import Answer, Heard, http_server
from tests.ports import NOON, FakeClock

from twogate.outside.push.fcm import Fcm
from twogate.terms.push import Carried, Wake

KEY = RSAKey.generate_key(2048)
WAKE = Wake("Example", "Something waits.", "https://api.example.com/.twogate/phone", "prq_a", 120)
PHONE = {"token": "device-token:abc"}


def _account(url: str) -> dict[str, str]:
    return {
        "project_id": "shop-1",
        "client_email": "push@shop-1.example",
        "private_key": KEY.as_pem(private=True).decode(),
        "token_uri": f"{url}/token",
    }


def _google(status: int = 200) -> Answer:
    """Grants ``at-1``, ``at-2`` ... for an hour; answers messages with ``status``."""
    granted = 0

    def answer(heard: Heard) -> tuple[int, bytes]:
        nonlocal granted
        if heard.path != "/token":
            return status, b"{}"
        granted += 1
        return 200, json.dumps({"access_token": f"at-{granted}", "expires_in": 3600}).encode()

    return answer


async def test_a_message_is_sent_under_a_granted_token() -> None:
    """The assertion is the service account's (RFC 7523), the message is urgent and short-lived."""
    with http_server(_google()) as server:
        fcm = Fcm(_account(server.url), FakeClock(), url=server.url)
        assert await fcm.carry(PHONE, WAKE) == Carried()
        await fcm.close()
    asked, sent = server.heard
    form = parse_qs(asked.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = json.loads(jws.deserialize_compact(form["assertion"][0], KEY, algorithms=["RS256"]).payload)
    assert claims == {
        "iss": "push@shop-1.example",
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "aud": f"{server.url}/token",
        "iat": NOON.seconds,
        "exp": NOON.seconds + 3600,
    }
    assert sent.path == "/v1/projects/shop-1/messages:send"
    assert sent.headers["authorization"] == "Bearer at-1"
    message = sent.json["message"]
    assert message["token"] == PHONE["token"]
    assert message["notification"] == {"title": "Example", "body": "Something waits."}
    assert message["android"] == {"priority": "HIGH", "ttl": "120s", "collapse_key": "prq_a"}


async def test_a_token_is_used_until_shortly_before_its_end() -> None:
    """Then another one is asked for."""
    clock = FakeClock()
    with http_server(_google()) as server:
        fcm = Fcm(_account(server.url), clock, url=server.url)
        for seconds in (0, 3539, 1):
            clock.advance(seconds)
            await fcm.carry(PHONE, WAKE)
        await fcm.close()
    used = [one.headers["authorization"] for one in server.heard if one.path != "/token"]
    assert used == ["Bearer at-1", "Bearer at-1", "Bearer at-2"]


async def test_trouble_is_told() -> None:
    """A phone that is gone, a server that is unwell, no token, nobody there."""
    with http_server(_google(404)) as server:
        fcm = Fcm(_account(server.url), FakeClock(), url=server.url)
        assert await fcm.carry(PHONE, WAKE) == Carried("the server answered 404", gone=True)
        await fcm.close()
    with http_server(_google(503)) as server:
        fcm = Fcm(_account(server.url), FakeClock(), url=server.url)
        assert await fcm.carry(PHONE, WAKE) == Carried("the server answered 503")
        await fcm.close()
    with http_server(lambda _: (401, b"{}")) as server:
        fcm = Fcm(_account(server.url), FakeClock(), url=server.url)
        assert await fcm.carry(PHONE, WAKE) == Carried("the service account got no access token")
    assert await fcm.carry(PHONE, WAKE) == Carried("ConnectError")
    await fcm.close()
