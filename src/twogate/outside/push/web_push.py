"""Web Push (RFC 8030): a message for one browser, handed to that browser's push service.

Decides the request. How the message is encrypted and signed for is ``rules.protocols.webpush``.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping

import httpx2
from joserfc.jwk import ECKey

from twogate.outside.push.http import carried, client, failed
from twogate.rules.protocols.webpush.encryption import CODING, encrypt
from twogate.rules.protocols.webpush.subscription import read_subscription
from twogate.rules.protocols.webpush.vapid import authorization
from twogate.terms.ports import Clock, Entropy
from twogate.terms.push import Carried, Wake
from twogate.terms.verdict import Refused

_GONE = frozenset({404, 410})  # section 7.3
_TOPIC_LENGTH = 32


class WebPush:
    """Carries to browsers."""

    def __init__(  # each is named at the call
        self,
        key: Callable[[], Awaitable[ECKey]],
        clock: Clock,
        entropy: Entropy,
        *,
        services: Collection[str],
        contact: str,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        self._key = key
        self._clock = clock
        self._entropy = entropy
        self._services = services
        self._contact = contact
        self._http = http or client()

    async def carry(self, address: Mapping[str, str], wake: Wake) -> Carried:
        """Hand one message over; the push service delivers it when it can."""
        to = read_subscription(address, self._services)
        if isinstance(to, Refused):
            return Carried("the subscription is not to a push service that is allowed", gone=True)
        text = {"title": wake.title, "text": wake.text, "url": wake.url, "tag": wake.tag}
        body = encrypt(json.dumps(text).encode(), to.value, self._entropy)
        key, now = await self._key(), self._clock.now()
        headers = {
            "authorization": authorization(to.value.endpoint, subject=self._contact, key=key, now=now),
            "content-encoding": CODING,
            "content-type": "application/octet-stream",
            "ttl": str(wake.life),
            "urgency": "high",
            "topic": wake.tag.replace("_", "-")[:_TOPIC_LENGTH],
        }
        try:
            return carried(await self._http.post(to.value.endpoint, content=body, headers=headers), gone=_GONE)
        except httpx2.HTTPError as error:
            return failed(error)

    async def close(self) -> None:
        await self._http.aclose()
