"""ntfy: a message to a topic of the operator's own server, for phones without Google or Apple.

Decides the request. The topic's name is the only secret of such a subscription, so it is long and random, and the
message says nothing but that something waits.
"""

from collections.abc import Mapping

import httpx2

from twogate.outside.push.http import carried, client, failed
from twogate.terms.push import Carried, Wake
from twogate.terms.secret import Secret

_HIGH = 4  # of five


class Ntfy:
    """Carries to topics."""

    def __init__(self, url: str, token: Secret, *, http: httpx2.AsyncClient | None = None) -> None:
        self._url = url.rstrip("/") + "/"
        self._token = token
        self._http = http or client()

    async def carry(self, address: Mapping[str, str], wake: Wake) -> Carried:
        """Publish as JSON."""
        message = {
            "topic": address["topic"],
            "title": wake.title,
            "message": wake.text,
            "click": wake.url,
            "priority": _HIGH,
        }
        headers = {"cache": "no"}  # nobody needs it once it is over
        if self._token:
            headers["authorization"] = f"Bearer {self._token.text()}"
        try:
            return carried(await self._http.post(self._url, json=message, headers=headers), gone=frozenset())
        except httpx2.HTTPError as error:
            return failed(error)

    async def close(self) -> None:
        await self._http.aclose()
