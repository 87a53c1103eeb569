"""Which adapter carries what, as far as each is set up."""

from tests.ports import FakeClock
from tests.services.test_notices import FakeMail

from twogate.outside.mail import SmtpMail
from twogate.outside.sms import SmsCarrier
from twogate.outside.voice import VoiceCarrier
from twogate.settings.model import Settings
from twogate.store.unit import Store
from twogate.terms.dispatch import Channel
from twogate.web.outgoing import outgoing

GATEWAY = {"enabled": True, "url": "https://sms.example.com/", "countries": ["49"]}
URL = "https://api.example.com"


async def test_what_is_not_set_up_has_no_carrier(store: Store, fake_clock: FakeClock) -> None:
    """Nothing leaves an installation that nobody told where to."""
    async with outgoing(Settings(), store, fake_clock, public_url=URL) as deliver:
        assert deliver._carriers == {}
        assert deliver._also is None


async def test_each_way_has_its_carrier(store: Store, fake_clock: FakeClock) -> None:
    """And those that somebody else made; SMS takes notices too where the operator says so."""
    settings = Settings.model_validate(
        {"mail": {"host": "mail.example.com"}, "sms": {**GATEWAY, "notices": True}, "voice": GATEWAY}
    )
    push = FakeMail()
    async with outgoing(settings, store, fake_clock, public_url=URL, besides={Channel.PUSH: push}) as deliver:
        kinds = {way: type(carrier) for way, carrier in deliver._carriers.items()}
        assert kinds == {
            Channel.EMAIL: SmtpMail,
            Channel.SMS: SmsCarrier,
            Channel.VOICE: VoiceCarrier,
            Channel.PUSH: FakeMail,
        }
        assert deliver._also is not None
