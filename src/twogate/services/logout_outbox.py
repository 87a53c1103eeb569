"""Tell clients that a session has ended (OpenID Connect Back-Channel Logout 1.0 section 2.5).

Decides when it is tried again and when nobody tries any more: a client that says 400 has understood and will not; all
else is tried with growing waits for a day. Each try signs a fresh token about the same event.
"""

import asyncio
from dataclasses import dataclass

import structlog

from twogate.outside.fetch import Fetch
from twogate.rules.protocols.jose import es256, rsa
from twogate.rules.protocols.oidc.back_channel_logout import logout_token
from twogate.services.access_tokens import SigningKeys
from twogate.services.identity_keys import IdentityKeys
from twogate.store.unit import Store, StoreUnavailable
from twogate.terms.consent import LogoutNotice
from twogate.terms.events import Event
from twogate.terms.ports import Clock
from twogate.terms.secret import Secret
from twogate.terms.verdict import Refused

POLL = 1.0  # seconds
LEASE = 60.0  # seconds: longer than any request may take
FIRST_WAIT, LONGEST_WAIT = 5.0, 3_600.0  # seconds
_TAKEN = frozenset({200, 204})
_FINAL = 400
_log = structlog.get_logger("twogate.logout")


@dataclass(frozen=True, slots=True)
class LogoutOutbox:
    """Run one in each control process."""

    store: Store
    clock: Clock
    keyring: SigningKeys
    others: IdentityKeys
    fetch: Fetch
    issuer: str

    async def run(self) -> None:
        """Deliver for ever."""
        while True:
            try:
                await self.deliver()
            except StoreUnavailable:
                _log.warning("the outbox of logout tokens cannot be read; it is tried again")
            await self.clock.sleep(POLL)

    async def deliver(self) -> None:
        """Try everything that is due once."""
        now = self.clock.now()
        async with self.store.read() as unit:
            waiting = await unit.logout_notices.waiting(now)
        if waiting:
            async with self.store.work() as unit:
                taken = await unit.logout_notices.take(now, lease=LEASE)
            await asyncio.gather(*(self._tell(one) for one in taken))

    async def _tell(self, notice: LogoutNotice) -> None:
        token = await self._sign(notice)
        if token is None:  # the client is gone, or wants to be told no more
            await self._settle(notice, "", over=True, told=False)
            return
        got = await self.fetch.post(notice.uri, {"logout_token": token.text()})
        status = None if isinstance(got, Refused) else got.value.status
        if status in _TAKEN:
            await self._settle(notice, "", over=True, told=True)
            return
        fault = got.detail if isinstance(got, Refused) else f"status {status}"
        again = self.clock.now().plus(min(FIRST_WAIT * 2 ** (notice.tries - 1), LONGEST_WAIT))
        await self._settle(notice, fault, over=status == _FINAL or again >= notice.expires, told=False)

    async def _sign(self, notice: LogoutNotice) -> Secret | None:
        signer = await self.keyring.signer()
        async with self.store.work() as unit:
            client = await unit.clients.get(notice.client)
            if client is None or client.blocked is not None or client.backchannel_logout_uri != notice.uri:
                return None
            claims = logout_token.claims(notice, issuer=self.issuer, now=self.clock.now())
            if client.id_token_alg in rsa.ALGORITHMS:
                return rsa.sign(claims, typ=logout_token.TYPE, by=await self.others.signer(unit, client.id_token_alg))
        return es256.sign(claims, typ=logout_token.TYPE, kid=signer.kid, key=signer.key)

    async def _settle(self, notice: LogoutNotice, fault: str, *, over: bool, told: bool) -> None:
        now = self.clock.now()
        async with self.store.work() as unit:
            if over:
                await unit.logout_notices.done(notice.id)
                event = Event.CLIENT_LOGOUT_TOLD if told else Event.CLIENT_LOGOUT_NOT_TOLD
                facts = {"client": notice.client, "session": notice.session, "tries": notice.tries, "fault": fault}
                await unit.audit.append(event, at=now, actor="system", subject=notice.subject, facts=facts)
            else:
                again = now.plus(min(FIRST_WAIT * 2 ** (notice.tries - 1), LONGEST_WAIT))
                await unit.logout_notices.later(notice.id, again=again, fault=fault)
