"""Firebase Cloud Messaging, HTTP v1: for an app of the operator's own on Android.

Decides the two requests: an access token for the service account (RFC 7523, RS256), kept until shortly before it
ends, and the message.
"""

import json
from collections.abc import Mapping

import httpx2
from joserfc import jws
from joserfc.jwk import RSAKey

from twogate.outside.push.http import carried, client, failed
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock
from twogate.terms.push import Carried, Wake

_GONE = frozenset({404})  # UNREGISTERED
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTED = 3600  # seconds an assertion may live
_EARLY = 60


class Fcm:
    """Carries to registration tokens. ``account``: the service account's file."""

    def __init__(
        self, account: Mapping[str, str], clock: Clock, *, url: str, http: httpx2.AsyncClient | None = None
    ) -> None:
        self._account = account
        self._clock = clock
        self._url = f"{url.rstrip('/')}/v1/projects/{account['project_id']}/messages:send"
        self._http = http or client()
        self._token = ""
        self._until = Instant(0)

    async def carry(self, address: Mapping[str, str], wake: Wake) -> Carried:
        """Send one message with high priority; it is dropped when it is no longer worth anything."""
        message = {
            "token": address["token"],
            "notification": {"title": wake.title, "body": wake.text},
            "data": {"url": wake.url, "tag": wake.tag},
            "android": {"priority": "HIGH", "ttl": f"{wake.life}s", "collapse_key": wake.tag},
        }
        try:
            token = await self._access_token()
            if not token:
                return Carried("the service account got no access token")
            headers = {"authorization": f"Bearer {token}"}
            return carried(await self._http.post(self._url, json={"message": message}, headers=headers), gone=_GONE)
        except httpx2.HTTPError as error:
            return failed(error)

    async def close(self) -> None:
        await self._http.aclose()

    async def _access_token(self) -> str:
        now = self._clock.now()
        if now < self._until:
            return self._token
        form = {"grant_type": _GRANT, "assertion": self._assertion(now)}
        answer = await self._http.post(self._account["token_uri"], data=form)
        if not answer.is_success:
            return ""
        granted = answer.json()
        self._token = str(granted["access_token"])
        self._until = now.plus(int(granted.get("expires_in", _EARLY)) - _EARLY)
        return self._token

    def _assertion(self, now: Instant) -> str:
        claims = {
            "iss": self._account["client_email"],
            "scope": _SCOPE,
            "aud": self._account["token_uri"],
            "iat": now.seconds,
            "exp": now.seconds + _ASSERTED,
        }
        key = RSAKey.import_key(self._account["private_key"])
        return jws.serialize_compact({"alg": "RS256", "typ": "JWT"}, json.dumps(claims), key, algorithms=["RS256"])
