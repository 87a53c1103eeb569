"""One request to a gateway: written as the operator says, safe whatever is filled in, and what its answer means."""

import json
from urllib.parse import parse_qs

import httpx2
import pytest
from tests.outside.gateway_room import CODE, KEY, NUMBER, Wire, sms

from twogate.outside.message_gateway import HttpShape, MessageGateway, fault_of
from twogate.settings.messages import SmsSettings
from twogate.terms.dispatch import Fault

HOSTILE = 'a"b\\c\n&d=e {secret} ü'


async def _send(wire: Wire, settings: SmsSettings, text: str = "hello") -> Fault | None:
    async with wire.client() as client:
        gateway = MessageGateway(HttpShape(settings), client, timeout=5)
        return await gateway.send({"to": NUMBER, "text": text, "code": CODE}, "dsp_1")


async def test_the_operators_own_json_is_filled_in() -> None:
    """Whatever a text holds stays a value: no quote ends it, no line break, and no gap in it is filled."""
    wire = Wire()
    settings = sms(headers=("Authorization: Bearer {secret}", "X-Account: {account}"), account="me")
    assert await _send(wire, settings, HOSTILE) is None
    (request,) = wire.asked
    assert (request.method, str(request.url)) == ("POST", "https://sms.example.com/send")
    assert json.loads(wire.body) == {"to": NUMBER, "from": "Twogate", "text": HOSTILE}
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-account"] == "me"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["idempotency-key"] == "dsp_1"


async def test_a_form_is_filled_in() -> None:
    """Likewise, percent-encoded; also in the address."""
    wire = Wire()
    settings = sms(url="https://sms.example.com/to/{to}", body="t={text}&k={secret}&c={code}", body_kind="form")
    assert await _send(wire, settings, HOSTILE) is None
    assert parse_qs(wire.body) == {"t": [HOSTILE], "k": [KEY], "c": [CODE]}
    assert wire.asked[0].url.raw_path == b"/to/%2B4915112345678"


async def test_a_line_break_in_a_key_adds_no_header() -> None:
    """It is taken out."""
    wire = Wire()
    await _send(wire, sms(headers=("X-Key: {secret}",), secret="a\r\nX-Evil: b"))
    assert wire.asked[0].headers["x-key"] == "aX-Evil: b"
    assert "x-evil" not in wire.asked[0].headers


@pytest.mark.parametrize(
    ("status", "final"),
    [
        *((301, False), (400, True), (401, False), (402, False), (403, False), (404, False), (413, True), (422, True)),
        *((429, False), (500, False), (502, False), (503, False)),
    ],
)
async def test_only_a_plain_no_to_this_message_is_final(status: int, final: bool) -> None:  # noqa: FBT001  # a table
    """A wrong key, too much at once, a fault of theirs: tried again. Redirects are not followed."""
    wire = Wire(lambda _request: httpx2.Response(status, headers={"location": "https://evil.example/"}))
    assert await _send(wire, sms()) == Fault(f"the gateway answered {status}", final=final)
    assert len(wire.asked) == 1
    assert fault_of(status) == Fault(f"the gateway answered {status}", final=final)


async def test_an_answer_can_be_held_to_a_word() -> None:
    """Gateways that answer 200 to everything say in the body whether they took it."""
    settings = sms(success='"status":"accepted"')
    assert await _send(Wire(lambda _: httpx2.Response(200, text='{"status":"accepted"}')), settings) is None
    fault = await _send(Wire(lambda _: httpx2.Response(200, text='{"status":"no credit"}')), settings)
    assert fault == Fault("the gateway's answer does not say that the message was taken")


@pytest.mark.parametrize(
    "error",
    [httpx2.ConnectError(f"{NUMBER} {KEY}"), httpx2.ReadTimeout(CODE), httpx2.RemoteProtocolError("x"), OSError("y")],
)
async def test_a_fault_names_neither_number_nor_code_nor_key(error: Exception) -> None:
    """Only what kind of trouble there was; it is worth another try."""

    def away(_request: httpx2.Request) -> httpx2.Response:
        raise error

    assert await _send(Wire(away), sms()) == Fault(f"the gateway did not answer: {type(error).__name__}")


async def test_an_endless_answer_is_not_read() -> None:
    """64 KiB are enough to find a word in."""
    read = 0

    async def endless() -> object:
        nonlocal read
        while True:
            read += 16_384
            yield b"x" * 16_384

    wire = Wire(lambda _request: httpx2.Response(200, content=endless()))
    assert await _send(wire, sms()) is None
    assert read < 200_000
