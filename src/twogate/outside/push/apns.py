"""Apple's push service over HTTP/2: for an app of the operator's own on an iPhone.

Decides the request and its signed token (ES256), which Apple wants renewed between 20 and 60 minutes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey

from twogate.outside.push.http import carried, client, failed
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.push import Carried, Wake
from twogate.terms.secret import Secret

_GONE = frozenset({410})  # Unregistered
_BAD_REQUEST = 400
_BAD_TOKEN = "BadDeviceToken"  # noqa: S105  # Apple's word for it
_RENEW_AFTER = 2400.0  # seconds
_NOW = "10"  # priority


@dataclass(frozen=True, slots=True)
class ApnsAccount:
    """Who sends, and for which app."""

    key: Secret
    key_id: str
    team: str
    topic: str


class Apns:
    """Carries to device tokens."""

    def __init__(self, account: ApnsAccount, clock: Clock, *, url: str, http: httpx2.AsyncClient | None = None) -> None:
        self._account = account
        self._clock = clock
        self._url = url.rstrip("/")
        self._http = http or client(http2=True)
        self._token = ""
        self._made = Instant(0)

    async def carry(self, address: Mapping[str, str], wake: Wake) -> Carried:
        """Send one notification; Apple drops it when it is no longer worth anything."""
        body = {
            "aps": {
                "alert": {"title": wake.title, "body": wake.text},
                "sound": "default",
                "interruption-level": "time-sensitive",
            },
            "url": wake.url,
        }
        headers = {
            "authorization": f"bearer {self._signed()}",
            "apns-topic": self._account.topic,
            "apns-push-type": "alert",
            "apns-priority": _NOW,
            "apns-expiration": str(self._clock.now().seconds + wake.life),
            "apns-collapse-id": wake.tag,
        }
        try:
            answer = await self._http.post(f"{self._url}/3/device/{address['token']}", json=body, headers=headers)
        except httpx2.HTTPError as error:
            return failed(error)
        if answer.status_code == _BAD_REQUEST and _reason(answer) == _BAD_TOKEN:
            return Carried(f"the server answered {_BAD_TOKEN}", gone=True)
        return carried(answer, gone=_GONE)

    async def close(self) -> None:
        await self._http.aclose()

    def _signed(self) -> str:
        now = self._clock.now()
        if not self._token or now.since(self._made) > _RENEW_AFTER:
            header = {"alg": "ES256", "kid": self._account.key_id}
            claims = json.dumps({"iss": self._account.team, "iat": now.seconds})
            key = ECKey.import_key(self._account.key.text())
            self._token = jws.serialize_compact(header, claims, key, algorithms=["ES256"])
            self._made = now
        return self._token


def _reason(answer: httpx2.Response) -> str:
    try:
        found = answer.json()
    except ValueError:
        return ""
    return str(found.get("reason", "")) if isinstance(found, dict) else ""
