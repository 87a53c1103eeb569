"""Validation servers on this machine: asked all at once, believed only when signed, never waited for long."""

import base64
import time

import pytest
from tests.outside.validation_server import Reply, validation_server
from tests.ports import SeededEntropy
from tests.rules.factors.yubikeys import YubiKey, signed

from twogate.outside.yubico_cloud import YubicoCloud
from twogate.rules.factors.yubico_validation import sign
from twogate.settings.hardware_tokens import YubicoSettings
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed, Refused

KEY = b"a key of twenty byte"
OTP = YubiKey().touch().text()


def _cloud(*servers: str, timeout: int = 5) -> YubicoCloud:
    key = Secret(base64.b64encode(KEY).decode())
    return YubicoCloud(YubicoSettings(client="4711", key=key, servers=servers, timeout=timeout), SeededEntropy())


def _says(status: str, *, key: bytes = KEY, **other: str) -> Reply:
    def reply(asked: dict[str, str]) -> tuple[int, bytes]:
        told = {"otp": asked["otp"], "nonce": asked["nonce"], "sessioncounter": "7", "sessionuse": "2"}
        return 200, signed({**told, "status": status, **other}, key)

    return reply


async def test_a_good_answer_of_one_server() -> None:
    """The question is signed, the nonce has 32 characters, the counters come back."""
    with validation_server(_says("OK")) as server:
        assert await _cloud(server.url).ask(OTP) == Passed({"otp": OTP, "counter": 7, "use": 2})
    (asked,) = server.asked
    signature = asked.pop("h")
    assert signature == sign(asked, Secret(KEY))
    assert (asked["id"], len(asked["nonce"])) == ("4711", 32)


async def test_a_nonce_is_new_each_time() -> None:
    """So that an old answer is of no use."""
    with validation_server(_says("OK")) as server:
        cloud = _cloud(server.url)
        await cloud.ask(OTP)
        await cloud.ask(OTP)
    assert server.asked[0]["nonce"] != server.asked[1]["nonce"]


@pytest.mark.parametrize(("status", "reason"), [("REPLAYED_OTP", Reason.CODE_REPLAYED), ("BAD_OTP", Reason.CODE_WRONG)])
async def test_a_verdict_is_a_verdict(status: str, reason: Reason) -> None:
    """Signed and about this one-time password: it counts."""
    with validation_server(_says(status)) as server:
        verdict = await _cloud(server.url).ask(OTP)
    assert isinstance(verdict, Refused)
    assert verdict.reason is reason


async def test_the_first_answer_that_can_be_believed_counts() -> None:
    """Servers that lie, fail, do not know or are slow are passed over; one nonce goes to all of them."""
    with (
        validation_server(_says("OK", key=b"another key")) as forged,
        validation_server(lambda _asked: (500, b"")) as broken,
        validation_server(_says("REPLAYED_REQUEST")) as unsure,
        validation_server(_says("BAD_OTP"), wait=1) as slow,
        validation_server(_says("OK"), wait=0.1) as good,
    ):
        servers = (forged, broken, unsure, slow, good)
        verdict = await _cloud(*(server.url for server in servers)).ask(OTP)
        assert isinstance(verdict, Passed)
    assert len({server.asked[0]["nonce"] for server in servers}) == 1


@pytest.mark.parametrize(
    "reply",
    [
        lambda _asked: (302, b""),
        lambda _asked: (200, b""),
        lambda _asked: (200, b"status=OK\n" * 1000),
        _says("OK", otp="c" * 44),
        _says("OK", nonce="0" * 32),
        _says("NO_SUCH_CLIENT"),
    ],
)
async def test_without_an_answer_the_answer_is_no(reply: Reply) -> None:
    """A redirect is not followed; what is about something else, or nothing, is not believed."""
    with validation_server(reply) as server:
        verdict = await _cloud(server.url).ask(OTP)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.VALIDATOR_UNREACHABLE
    assert len(server.asked) == 1
    assert OTP not in verdict.detail


async def test_nobody_there_and_nobody_in_time() -> None:
    """A closed port, and a server that thinks for longer than is waited."""
    verdict = await _cloud("http://127.0.0.1:1/verify").ask(OTP)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.VALIDATOR_UNREACHABLE
    begun = time.monotonic()
    with validation_server(_says("OK"), wait=1.5) as server:
        verdict = await _cloud(server.url, timeout=1).ask(OTP)
        assert time.monotonic() - begun < 1.4
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.VALIDATOR_UNREACHABLE
