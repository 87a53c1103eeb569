"""Calls that read a code out, by a gateway: the operator's own request, or the one that Twilio and its likes take.

Decides the shape of Twilio's request (its Programmable Voice API, version 2010-04-01, with TwiML in it). What is said
is decided before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import httpx2

from twogate.outside.message_gateway import HttpShape, MessageGateway, Request, Shape
from twogate.outside.sms import twilio_fault, twilio_request
from twogate.settings.messages import GatewayKind, TelephoneSettings, VoiceSettings
from twogate.terms.dispatch import Fault, Waiting

_AGAIN = "<Pause length='1'/>"


class VoiceCarrier:
    """Carries calls."""

    def __init__(self, settings: VoiceSettings, client: httpx2.AsyncClient) -> None:
        shape: Shape = TwilioVoice(settings) if settings.gateway is GatewayKind.TWILIO else HttpShape(settings)
        self._gateway = MessageGateway(shape, client, timeout=settings.timeout)

    async def carry(self, waiting: Waiting) -> Fault | None:
        """Return what went wrong, or nothing."""
        facts = {**waiting.dispatch.facts, "to": waiting.dispatch.to}
        return await self._gateway.send(facts, waiting.id)


@dataclass(frozen=True, slots=True)
class TwilioVoice:
    """``POST .../Calls.json``: the text is said twice, so that nobody has to be quick with a pen."""

    settings: TelephoneSettings

    def request(self, facts: Mapping[str, str], name: str) -> Request:
        del name  # Twilio has no idempotency key
        said = f"<Say>{escape(facts['text'])}</Say>"
        twiml = f"<Response>{said}{_AGAIN}{said}</Response>"
        return twilio_request(self.settings, "Calls", {"To": facts["to"], "From": self.settings.sender, "Twiml": twiml})

    def fault(self, status: int, answer: bytes) -> Fault | None:
        return twilio_fault(status, answer)
