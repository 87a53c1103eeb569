"""Prompts on phones, put together: the errands of the phone and of the first screen, and the ways to wake a phone.

Decides which ways exist, from the settings.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from twogate.outside.push.apns import Apns, ApnsAccount
from twogate.outside.push.fcm import Fcm
from twogate.outside.push.ntfy import Ntfy
from twogate.outside.push.web_push import WebPush
from twogate.rules.factors.push.factor import Push, PushRules
from twogate.rules.place.conditions import Where
from twogate.services.deliver import Carrier
from twogate.services.push_answers import PushAnswers, only_address
from twogate.services.push_keys import PushKey
from twogate.services.push_phone import PushPhone
from twogate.services.push_status import PushStatus
from twogate.services.push_wake import WakePhones, Way
from twogate.settings.model import Settings
from twogate.settings.push import PushSettings, account_of
from twogate.store.unit import Store
from twogate.terms.dispatch import Channel
from twogate.terms.place import LOCAL
from twogate.terms.ports import Clock, Entropy


@dataclass(frozen=True, slots=True)
class PushServices:
    """Everything that a route about phones may call."""

    answers: PushAnswers
    phone: PushPhone
    status: PushStatus
    key: PushKey


def push_services(
    settings: Settings,
    store: Store,
    *,
    clock: Clock,
    entropy: Entropy,
    origin: str,
    place: Callable[[str], str] = only_address,
) -> PushServices | None:
    """Put the errands together; None where nobody is to be asked on a phone. Opens nothing."""
    if not settings.push.enabled:
        return None
    answers = PushAnswers(clock, origin=origin, place=place)
    factor = Push(PushRules(origin))
    return PushServices(
        answers=answers,
        phone=PushPhone(store, clock, entropy, factor=factor, settings=settings.sign_in),
        status=PushStatus(store, clock, answers),
        key=PushKey(store, clock, entropy),
    )


def in_words(where: Callable[[str], Where]) -> Callable[[str], str]:
    """How a phone is told where somebody is: the address, and city and country as far as they are known."""

    def told(address: str) -> str:
        found = where(address).place
        known = ", ".join(part for part in (found.city, "" if found.country == LOCAL else found.country) if part)
        return f"{address} ({known})" if known else address

    return told


@asynccontextmanager
async def waking(
    push: PushServices | None, settings: Settings, store: Store, *, clock: Clock, entropy: Entropy, origin: str
) -> AsyncIterator[Mapping[Channel, Carrier]]:
    """Open the carrier for prompts, with every way that is set up."""
    if push is None:
        yield {}
        return
    ways = _ways(settings.push, clock=clock, entropy=entropy, key=push.key)
    phones = WakePhones(store, ways, origin=origin, site=settings.sign_in.issuer)
    try:
        yield {Channel.PUSH: phones}
    finally:
        await phones.close()


def _ways(push: PushSettings, *, clock: Clock, entropy: Entropy, key: PushKey) -> dict[str, Way]:
    ways: dict[str, Way] = {}
    if push.web_push:
        ways["web_push"] = WebPush(
            key.key, clock, entropy, services=push.web_push_services, contact=push.web_push_contact
        )
    if push.ntfy_url:
        ways["ntfy"] = Ntfy(push.ntfy_url, push.ntfy_token)
    if push.fcm_account:
        ways["fcm"] = Fcm(account_of(push.fcm_account), clock, url=push.fcm_url)
    if push.apns_key:
        account = ApnsAccount(push.apns_key, push.apns_key_id, push.apns_team, push.apns_topic)
        ways["apns"] = Apns(account, clock, url=push.apns_url)
    return ways
