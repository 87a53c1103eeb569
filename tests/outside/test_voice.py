"""Calls that read a code out."""

from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

from tests.outside.gateway_room import NUMBER, Wire, twilio, voice, waiting

from twogate.outside.voice import VoiceCarrier
from twogate.settings.messages import VoiceSettings
from twogate.terms.dispatch import Channel, Fault


async def _carry(wire: Wire, settings: VoiceSettings, text: str) -> Fault | None:
    async with wire.client() as client:
        return await VoiceCarrier(settings, client).carry(waiting(Channel.VOICE, text))


async def test_twilio_says_the_text_twice() -> None:
    """Whatever it holds, it is said and not obeyed."""
    wire, text = Wire(), "Your <b>Ü & Co</b> code is: 2, 4, 6."
    assert await _carry(wire, voice(**twilio()), text) is None
    assert wire.asked[0].url.path == "/2010-04-01/Accounts/AC0123/Calls.json"
    fields = parse_qs(wire.body)
    assert (fields["To"], fields["From"]) == ([NUMBER], ["+15005550006"])
    spoken = ET.fromstring(fields["Twiml"][0])  # noqa: S314  # our own
    assert [part.tag for part in spoken] == ["Say", "Pause", "Say"]
    assert [part.text for part in spoken.iter("Say")] == [text, text]


async def test_the_operators_own_gateway_gets_number_and_text() -> None:
    """As for text messages."""
    wire = Wire()
    assert await _carry(wire, voice(body='{"call": "{to}", "say": "{text}"}'), "2, 4") is None
    assert wire.body == '{"call": "+4915112345678", "say": "2, 4"}'
