"""The browser's own access token: one grant for each session, minted at sign-in and at every renewal.

Decides when a browser gets a fresh cookie, and when it has asked for one too often to be keeping them. How long a
session lives is ``services.sessions``; what the token says is ``services.access_tokens``.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass

from twogate.services.access_tokens import AccessTokens, IssuedToken
from twogate.services.sessions import Sessions
from twogate.store.unit import Store, Unit
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId, GrantId, new_id
from twogate.terms.instant import Instant
from twogate.terms.ports import Clock, Entropy
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Grant, Session
from twogate.terms.verdict import Passed, Refused

BROWSER = ClientId("browser")


@dataclass(frozen=True, slots=True)
class FreshCookie:
    """A new access token, and how many seconds the browser should keep it: as long as the session may live.

    The cookie outlives the token on purpose: the gateway sends a browser with an expired token here to renew it.
    """

    token: Secret
    keep_seconds: int


class BrowserSessions:
    """Hands browsers their access cookie."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        entropy: Entropy,
        *,
        sessions: Sessions,
        access_tokens: AccessTokens,
        audience: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._sessions = sessions
        self._tokens = access_tokens
        self._audience = audience
        self._loops = LoopGuard()

    async def mint(self, session: Session) -> Passed[FreshCookie] | Refused:
        """Issue an access token with the assurance that the session has now."""
        await self._tokens.ready()
        async with self._store.work() as unit:
            user = await unit.users.get(session.user)
            if user is None or user.blocked is not None:
                return Refused(Reason.SUBJECT_BLOCKED)
            live = await unit.sessions.get(session.id)
            if live is None or live.ended is not None:
                return Refused(Reason.SESSION_ENDED)
            issued = await self._issue(unit, live)
        if isinstance(issued, Refused):
            return issued
        keep = int(session.absolute_end.since(self._clock.now()))
        return Passed(FreshCookie(issued.token, max(keep, issued.expires_in)))

    async def renew(self, secret: Secret, caller: Caller, *, target: str) -> Passed[FreshCookie] | Refused:
        """Count this as use of the session and issue a fresh token, unless the browser keeps coming back.

        ``target`` is what the browser wanted: many requests may expire at once, but the same one over and over
        means that it does not keep the cookie.
        """
        session = await self._sessions.renew(secret, caller)
        if isinstance(session, Refused):
            return session
        if not self._loops.admit(f"{session.id} {target}", self._clock.now()):
            return Refused(Reason.COOKIE_NOT_KEPT)
        return await self.mint(session)

    async def _issue(self, unit: Unit, session: Session) -> IssuedToken | Refused:
        return await self._tokens.issue(
            unit,
            grant=await self._grant(unit, session),
            subject=session.user,
            client=BROWSER,
            proofs=session.proofs,
            scope=(),
            session=session,
        )

    async def _grant(self, unit: Unit, session: Session) -> Grant:
        """Return the session's browser grant. A revoked one is returned too: it must not be replaced by a new one."""
        for grant in await unit.grants.of_session(session.id):
            if grant.client == BROWSER:
                return grant
        now = self._clock.now()
        grant = Grant(
            id=GrantId(new_id("gnt", self._entropy)),
            client=BROWSER,
            user=session.user,
            session=session.id,
            scope=(),
            audience=self._audience,
            created=now,
            last_expiry=now,
        )
        await unit.grants.add(grant)
        return grant


class LoopGuard:
    """Remembers how often one thing was asked for within a few seconds; forgets by itself."""

    def __init__(self, *, most: int = 6, seconds: float = 10, remembered: int = 10_000) -> None:
        self._most = most
        self._seconds = seconds
        self._remembered = remembered
        self._seen: OrderedDict[str, deque[Instant]] = OrderedDict()

    def admit(self, key: str, now: Instant) -> bool:
        """Count one more and say whether it is still within bounds."""
        times = self._seen.pop(key, deque(maxlen=self._most))
        full = len(times) == self._most and now.since(times[0]) < self._seconds
        if not full:
            times.append(now)
        self._seen[key] = times
        while len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return not full
