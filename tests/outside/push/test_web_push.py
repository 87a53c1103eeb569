"""Web Push against a local push service, whose messages an independent receiver decrypts (RFC 8030, 8291, 8292)."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import ECKey
from tests.outside.push.servers import http_server
from tests.ports import NOON, FakeClock, SeededEntropy
from tests.rules.protocols.webpush.receiver import Receiver, b64, unb64

from twogate.outside.push.web_push import WebPush
from twogate.terms.push import Carried, Wake

WAKE = Wake("Example", "Something waits.", "https://api.example.com/.twogate/phone", "prq_abcdefgh", 120)
BROWSER = Receiver(ec.derive_private_key(4711, ec.SECP256R1()), bytes(range(16)))


def _push(*services: str) -> WebPush:
    key = ECKey.generate_key("P-256")

    async def mine() -> ECKey:
        return key

    return WebPush(mine, FakeClock(), SeededEntropy(), services=services, contact="mailto:ops@example.com")


async def test_a_message_reaches_its_browser_and_nobody_else_reads_it() -> None:
    """Encrypted for it, with a life, urgent, signed for this service by the key that browsers subscribe with."""
    with http_server(lambda _: (201, b"")) as server:
        push = _push(server.url)
        address = {"endpoint": f"{server.url}/send/1?token=x", **BROWSER.keys()}
        assert await push.carry(address, WAKE) == Carried()
        await push.close()
    heard = server.heard[0]
    assert json.loads(BROWSER.read(heard.body)) == {
        "title": "Example",
        "text": "Something waits.",
        "url": WAKE.url,
        "tag": "prq_abcdefgh",
    }
    assert b"Something" not in heard.body
    assert heard.path == "/send/1?token=x"
    expected = {"content-encoding": "aes128gcm", "ttl": "120", "urgency": "high", "topic": "prq-abcdefgh"}
    assert expected.items() <= heard.headers.items()
    scheme, _, rest = heard.headers["authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    x, y = unb64(fields["k"])[1:33], unb64(fields["k"])[33:]
    key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y)})
    claims = json.loads(jws.deserialize_compact(fields["t"], key, algorithms=["ES256"]).payload)
    assert scheme == "vapid"
    assert claims == {"aud": server.url, "exp": NOON.seconds + 43_200, "sub": "mailto:ops@example.com"}


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (429, False), (500, False), (403, False)])
async def test_what_a_push_service_says(status: int, gone: bool) -> None:  # noqa: FBT001  # a parameter of the table
    """RFC 8030 section 7.3: a subscription that is over is told apart from other trouble."""
    with http_server(lambda _: (status, b"")) as server:
        push = _push(server.url)
        said = await push.carry({"endpoint": f"{server.url}/x", **BROWSER.keys()}, WAKE)
        await push.close()
    assert said == Carried(f"the server answered {status}", gone=gone)


async def test_no_other_address_is_called() -> None:
    """Also when a subscription was taken once and its service is not allowed any more."""
    with http_server(lambda _: (201, b"")) as server:
        push = _push("https://push.example.net")
        said = await push.carry({"endpoint": f"{server.url}/x", **BROWSER.keys()}, WAKE)
        await push.close()
    assert said.gone
    assert server.heard == []


async def test_a_service_that_is_away() -> None:
    """Is a fault without its address."""
    with http_server(lambda _: (201, b"")) as server:
        url = server.url
    push = _push(url)
    assert await push.carry({"endpoint": f"{url}/x", **BROWSER.keys()}, WAKE) == Carried("ConnectError")
    await push.close()
