"""Text messages by a gateway: the operator's own request, or the one that Twilio and its likes take.

Decides the shape of Twilio's request (its Programmable Messaging API, version 2010-04-01) and which of its refusals
are final. What the message says is decided before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx2

from twogate.outside.message_gateway import HttpShape, MessageGateway, Request, Shape, fault_of
from twogate.settings.messages import GatewayKind, SmsSettings, TelephoneSettings
from twogate.terms.dispatch import Fault, Waiting

_TWILIO = "https://api.twilio.com"
_FINAL = frozenset({21211, 21214, 21217, 21408, 21421, 21601, 21610, 21612, 21614, 21635, 30003, 30005, 30006})
_FAILED = frozenset({"failed", "undelivered", "canceled"})
_SERVICE = "MG"  # a messaging service instead of a number


class SmsCarrier:
    """Carries text messages."""

    def __init__(self, settings: SmsSettings, client: httpx2.AsyncClient) -> None:
        shape: Shape = TwilioSms(settings) if settings.gateway is GatewayKind.TWILIO else HttpShape(settings)
        self._gateway = MessageGateway(shape, client, timeout=settings.timeout)

    async def carry(self, waiting: Waiting) -> Fault | None:
        """Return what went wrong, or nothing."""
        facts = {**waiting.dispatch.facts, "to": waiting.dispatch.to}
        return await self._gateway.send(facts, waiting.id)


@dataclass(frozen=True, slots=True)
class TwilioSms:
    """``POST .../Messages.json``."""

    settings: TelephoneSettings

    def request(self, facts: Mapping[str, str], name: str) -> Request:
        del name  # Twilio has no idempotency key
        sender = self.settings.sender
        way = "MessagingServiceSid" if sender.startswith(_SERVICE) else "From"
        return twilio_request(self.settings, "Messages", {"To": facts["to"], way: sender, "Body": facts["text"]})

    def fault(self, status: int, answer: bytes) -> Fault | None:
        return twilio_fault(status, answer)


def twilio_request(settings: TelephoneSettings, resource: str, fields: Mapping[str, str]) -> Request:
    """A resource of an account is made by a form, under HTTP Basic."""
    account = quote(settings.account, safe="")
    url = f"{(settings.url or _TWILIO).rstrip('/')}/2010-04-01/Accounts/{account}/{resource}.json"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return Request(url, headers, urlencode(fields).encode(), (settings.account, settings.secret.text()))


def twilio_fault(status: int, answer: bytes) -> Fault | None:
    """Its own error code says more than the status: a number that cannot be reached is not tried again.

    A resource that was made can be one that has failed already: then ``status`` says so, and ``error_code`` why.
    """
    found = fault_of(status)
    try:
        document = json.loads(answer)
    except ValueError:
        return found
    if not isinstance(document, dict):
        return found
    if found is None and document.get("status") not in _FAILED:
        return None
    code = document.get("error_code" if found is None else "code")
    if not isinstance(code, int):
        return found or Fault("the gateway took it and says that it failed", final=False)
    return Fault(f"the gateway answered {status}, error {code}", final=code in _FINAL)
