"""A gateway's side of the wire, for the tests of its callers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2
from tests.ports import NOON

from twogate.settings.messages import SmsSettings, VoiceSettings
from twogate.terms.dispatch import Channel, Dispatch, Waiting
from twogate.terms.ids import DispatchId, UserId
from twogate.terms.secret import Secret

NUMBER, CODE, KEY = "+4915112345678", "246810", "k3y/+&=\"'"
Answer = Callable[[httpx2.Request], httpx2.Response]


@dataclass
class Wire:
    """Keeps what was asked and answers as it is told."""

    answer: Answer = lambda _request: httpx2.Response(201)
    asked: list[httpx2.Request] = field(default_factory=list)

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self._handle))

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self.answer(request)

    @property
    def body(self) -> str:
        return self.asked[-1].content.decode()


def sms(**other: object) -> SmsSettings:
    """A gateway of the operator's own shape."""
    return SmsSettings.model_validate({**_usual(), **other})


def voice(**other: object) -> VoiceSettings:
    """Likewise for calls."""
    return VoiceSettings.model_validate({**_usual(), **other})


def twilio(**other: object) -> Mapping[str, object]:
    """What makes either of them one of Twilio's shape."""
    return {"gateway": "twilio", "account": "AC0123", "sender": "+15005550006", "url": "", **other}


def waiting(channel: Channel = Channel.SMS, text: str = f"{CODE} is your code.") -> Waiting:
    dispatch = Dispatch(channel, NUMBER, {"code": CODE, "text": text})
    return Waiting(DispatchId("dsp_1"), UserId("usr_1"), None, dispatch, NOON, NOON.plus(300), tries=1)


def _usual() -> dict[str, object]:
    return {
        "enabled": True,
        "url": "https://sms.example.com/send",
        "secret": Secret(KEY),
        "sender": "Twogate",
        "countries": ("49",),
    }
