"""One request to the API, and whatever it takes until it is answered: tokens, renewal, step-up, nonces.

Decides when tokens are renewed, when somebody signs in, and that a request is sent again once for each reason. One
conversation at a time renews or signs in (``standing``); whoever waited takes what the first one brought.
"""

from dataclasses import dataclass

import httpx2

from twogate_client.addresses import origin
from twogate_client.challenge import Ask, Demand, demand
from twogate_client.dpop import Key
from twogate_client.faults import AddressRefusedError
from twogate_client.kept import Kept
from twogate_client.standing import Standing
from twogate_client.steps import Call, Flow

_UNAUTHORIZED = 401
_ROUNDS = 8  # four reasons, each at most once with what others brought and once with our own


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one program says to one API."""

    standing: Standing

    def call(self, request: httpx2.Request) -> Flow[None]:
        """Send a request with what it needs; the last answer that comes out is the answer."""
        if not self._ours(request.url) or "authorization" in request.headers:
            yield Call(request)
            return
        kept = yield from self.standing.ready()
        response = yield from self._ask(request, kept)
        answered: set[Ask] = set()
        for _ in range(_ROUNDS):
            wanted = self._wanted(response, kept)
            if wanted is None or wanted.ask in answered:
                return
            found, ours = yield from self._better(wanted, kept)
            if found is None:
                return
            if ours:
                answered.add(wanted.ask)
            kept = found
            response = yield from self._ask(response.request, kept)

    def _better(self, wanted: Demand, kept: Kept | None) -> Flow[tuple[Kept | None, bool]]:
        """Return what to come back with, and whether this conversation itself fetched it."""
        match wanted.ask:
            case Ask.NONCE | Ask.PROOF:
                return kept, True
            case Ask.STEP_UP:
                return (yield from self.standing.stepped_up(wanted, kept))
            case Ask.SIGN_IN:
                return (yield from self.standing.signed_in(wanted, kept))

    def _ask(self, request: httpx2.Request, kept: Kept | None) -> Flow[httpx2.Response]:
        if kept is not None:
            request.headers["authorization"] = f"{'DPoP' if kept.key else 'Bearer'} {kept.access}"
        if kept is not None and kept.key:
            request.headers["dpop"] = Key.load(kept.key).prove(
                request.method,
                str(request.url),
                at=self.standing.world.now(),
                token=kept.access,
                nonce=self.standing.nonces.get(self.standing.api, ""),
            )
        response: httpx2.Response = yield Call(request)
        fresh = response.headers.get("dpop-nonce")
        if fresh and self._ours(response.request.url):
            self.standing.nonces[self.standing.api] = fresh
        return response

    def _wanted(self, response: httpx2.Response, kept: Kept | None) -> Demand | None:
        """What the API itself asks for; another server that a redirect led to has nothing to ask for."""
        if response.status_code != _UNAUTHORIZED or not self._ours(response.request.url):
            return None
        if kept is not None and "authorization" not in response.request.headers:
            return None  # it went by way of another server
        return demand(response.headers.get_list("www-authenticate"))

    def _ours(self, url: httpx2.URL) -> bool:
        try:
            return origin(str(url)) == origin(self.standing.api)
        except AddressRefusedError:
            return False
