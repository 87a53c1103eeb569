"""What carries messages out of this process: mail, SMS, calls, as far as each is set up.

Decides which adapter serves which way, and that they share one HTTP client, which follows no redirect and reads no
proxy from the environment.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2

from twogate.outside.mail import SmtpMail
from twogate.outside.sms import SmsCarrier
from twogate.outside.voice import VoiceCarrier
from twogate.rules.factors.telephone_code import SmsCode
from twogate.rules.signin.messages import Sender
from twogate.services.deliver import Carrier, Deliver
from twogate.services.notices import NoticesBySms
from twogate.settings.model import Settings
from twogate.store.unit import Store
from twogate.terms.account import Credential
from twogate.terms.dispatch import Channel
from twogate.terms.ports import Clock

_HEADERS = {"user-agent": "twogate"}


@asynccontextmanager
async def outgoing(
    settings: Settings, store: Store, clock: Clock, *, public_url: str, besides: Mapping[Channel, Carrier] | None = None
) -> AsyncIterator[Deliver]:
    """Open the adapters; ``besides``: carriers that somebody else made."""
    sender = Sender(settings.sign_in.issuer, public_url)
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, headers=_HEADERS) as client:
        carriers: dict[Channel, Carrier] = dict(besides or {})
        if settings.mail.host:
            carriers[Channel.EMAIL] = SmtpMail(settings.mail, clock, sender_name=sender.site)
        if settings.voice.enabled:
            carriers[Channel.VOICE] = VoiceCarrier(settings.voice, client)
        also = None
        if settings.sms.enabled:
            carriers[Channel.SMS] = SmsCarrier(settings.sms, client)
            everything, sends = settings.sms.notices, settings.sms.sends_of_notices
            second = NoticesBySms(store, clock, number=_number, sender=sender, sends=sends, everything=everything)
            also = second.also
        yield Deliver(store, clock, carriers=carriers, sender=sender, also=also)


def _number(credential: Credential) -> str:
    return str(credential.state["number"]) if credential.factor == SmsCode.name else ""
