"""Apple's push service against a local server that speaks HTTP/2 over TLS and nothing else."""

import json
import ssl
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from tests.outside.certificates import self_signed
from tests.outside.push.servers import Answer, http2_server
from tests.ports import NOON, FakeClock

from twogate.outside.push.apns import Apns, ApnsAccount
from twogate.outside.push.http import client
from twogate.terms.push import Carried, Wake
from twogate.terms.secret import Secret

KEY = ECKey.generate_key("P-256")
ACCOUNT = ApnsAccount(Secret(KEY.as_pem(private=True)), "ABC123DEFG", "TEAM123456", "com.example.shop")
WAKE = Wake("Example", "Something waits.", "https://api.example.com/.twogate/phone", "prq_a", 120)
PHONE = {"token": "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"}


def _apple(status: int, reason: str = "") -> Answer:
    return lambda _: (status, json.dumps({"reason": reason}).encode() if reason else b"")


def _apns(url: str, certificate: Path, clock: FakeClock) -> Apns:
    trusted = ssl.create_default_context(cafile=str(certificate))
    return Apns(ACCOUNT, clock, url=url, http=client(http2=True, verify=trusted))


async def test_a_notice_is_sent_over_http2(tmp_path: Path) -> None:
    """An alert of priority 10 that Apple drops after two minutes, under an ES256 token of the team."""
    certificate, key = self_signed(tmp_path, "localhost")
    async with http2_server(_apple(200), certificate, key) as server:
        apns = _apns(server.url, certificate, FakeClock())
        assert await apns.carry(PHONE, WAKE) == Carried()
        await apns.close()
    heard = server.heard[0]
    assert (heard.method, heard.path) == ("POST", f"/3/device/{PHONE['token']}")
    expected = {
        "apns-topic": "com.example.shop",
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-expiration": str(NOON.seconds + 120),
        "apns-collapse-id": "prq_a",
    }
    assert expected.items() <= heard.headers.items()
    assert heard.json["aps"]["alert"] == {"title": "Example", "body": "Something waits."}
    token = jws.deserialize_compact(heard.headers["authorization"].removeprefix("bearer "), KEY, algorithms=["ES256"])
    assert token.headers() == {"alg": "ES256", "kid": "ABC123DEFG"}
    assert json.loads(token.payload) == {"iss": "TEAM123456", "iat": NOON.seconds}


async def test_a_token_is_renewed_after_forty_minutes(tmp_path: Path) -> None:
    """Not for each notice, which Apple refuses, and before an hour, after which it refuses the old one."""
    certificate, key = self_signed(tmp_path, "localhost")
    clock = FakeClock()
    async with http2_server(_apple(200), certificate, key) as server:
        apns = _apns(server.url, certificate, clock)
        for seconds in (0, 2400, 1):
            clock.advance(seconds)
            await apns.carry(PHONE, WAKE)
        await apns.close()
    used = [one.headers["authorization"] for one in server.heard]
    assert used[0] == used[1] != used[2]
    assert server.connections == 1


@pytest.mark.parametrize(
    ("status", "reason", "gone"),
    [
        (410, "Unregistered", True),
        (400, "BadDeviceToken", True),
        (400, "PayloadTooLarge", False),
        (403, "InvalidProviderToken", False),
        (429, "TooManyRequests", False),
        (503, "", False),
    ],
)
async def test_what_apple_says(tmp_path: Path, status: int, reason: str, *, gone: bool) -> None:
    """A phone that is gone is told apart from other trouble."""
    certificate, key = self_signed(tmp_path, "localhost")
    async with http2_server(_apple(status, reason), certificate, key) as server:
        apns = _apns(server.url, certificate, FakeClock())
        said = await apns.carry(PHONE, WAKE)
        await apns.close()
    assert said.gone is gone
    assert said.fault


async def test_a_server_that_is_away_or_not_trusted(tmp_path: Path) -> None:
    """Is a fault, and nothing was sent to it."""
    certificate, key = self_signed(tmp_path, "localhost")
    async with http2_server(_apple(200), certificate, key) as server:
        apns = Apns(ACCOUNT, FakeClock(), url=server.url, http=client(http2=True))
        assert await apns.carry(PHONE, WAKE) == Carried("ConnectError")
        await apns.close()
    assert server.heard == []
