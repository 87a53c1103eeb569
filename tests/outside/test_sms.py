"""Text messages by a gateway of Twilio's shape, or of the operator's own."""

from urllib.parse import parse_qs

import httpx2
import pytest
from tests.outside.gateway_room import KEY, NUMBER, Wire, sms, twilio, waiting

from twogate.outside.sms import SmsCarrier
from twogate.settings.messages import SmsSettings
from twogate.terms.dispatch import Fault


async def _carry(wire: Wire, settings: SmsSettings) -> Fault | None:
    async with wire.client() as client:
        return await SmsCarrier(settings, client).carry(waiting())


async def test_twilio_is_asked_as_it_wants() -> None:
    """A form to the account's messages under HTTP Basic."""
    wire = Wire()
    assert await _carry(wire, sms(**twilio())) is None
    (request,) = wire.asked
    assert str(request.url) == "https://api.twilio.com/2010-04-01/Accounts/AC0123/Messages.json"
    assert parse_qs(wire.body) == {"To": [NUMBER], "From": ["+15005550006"], "Body": ["246810 is your code."]}
    assert request.headers["authorization"] == httpx2.BasicAuth("AC0123", KEY)._auth_header


async def test_a_messaging_service_stands_for_a_number() -> None:
    """Known by its prefix; and the gateway may be one of the same shape elsewhere."""
    wire = Wire()
    assert await _carry(wire, sms(**twilio(sender="MG01", url="https://other.example/api/"))) is None
    assert parse_qs(wire.body)["MessagingServiceSid"] == ["MG01"]
    assert "From" not in parse_qs(wire.body)
    assert str(wire.asked[0].url) == "https://other.example/api/2010-04-01/Accounts/AC0123/Messages.json"


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (400, '{"code": 21211, "message": "+49..."}', Fault("the gateway answered 400, error 21211", final=True)),
        (400, '{"code": 20003}', Fault("the gateway answered 400, error 20003")),
        (429, '{"code": 20429}', Fault("the gateway answered 429, error 20429")),
        (400, "not JSON", Fault("the gateway answered 400", final=True)),
        (400, "[1]", Fault("the gateway answered 400", final=True)),
        (500, '{"code": "x"}', Fault("the gateway answered 500")),
    ],
)
async def test_its_own_code_says_more_than_the_status(status: int, body: str, fault: Fault) -> None:
    """A number that cannot be reached is final, the rest is tried again; its text is not repeated."""
    wire = Wire(lambda _request: httpx2.Response(status, text=body))
    assert await _carry(wire, sms(**twilio())) == fault


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('{"status": "queued", "error_code": null}', None),
        ('{"status": "failed", "error_code": 21610}', Fault("the gateway answered 201, error 21610", final=True)),
        ('{"status": "undelivered", "error_code": 30001}', Fault("the gateway answered 201, error 30001")),
        ('{"status": "failed"}', Fault("the gateway took it and says that it failed")),
        ("not JSON", None),
        ("[]", None),
    ],
)
async def test_what_was_made_may_have_failed_already(body: str, fault: Fault | None) -> None:
    """201 with status ``failed`` is not sent; only what the resource says of itself counts, nothing else is guessed."""
    wire = Wire(lambda _request: httpx2.Response(201, text=body))
    assert await _carry(wire, sms(**twilio())) == fault


async def test_the_operators_own_gateway_gets_number_and_text() -> None:
    """By the body of the settings."""
    wire = Wire()
    assert await _carry(wire, sms()) is None
    assert '"to": "+4915112345678"' in wire.body
    assert '"text": "246810 is your code."' in wire.body
