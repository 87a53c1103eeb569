"""Telling clients: fresh tokens, growing waits, an end; whoever went away is told nothing."""

from dataclasses import dataclass, field

import pytest
from joserfc import jws
from tests.services.oauth_house import House
from tests.services.oauth_marks import CALLER, audited

from twogate.outside.fetch import Fetched
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Logout
from twogate.services.logout_notices import LIFE
from twogate.services.logout_outbox import LEASE, LogoutOutbox
from twogate.terms.client import ClientKind
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Passed, Refused


@dataclass
class Client:
    """Answers as it is told; None: it cannot be reached."""

    status: int | None = 200
    got: list[str] = field(default_factory=list)

    async def post(self, url: str, form: dict[str, str]) -> Passed[Fetched] | Refused:
        assert url == "https://rp.example/out"
        self.got.append(form["logout_token"])
        return Refused(Reason.FETCH_REFUSED) if self.status is None else Passed(Fetched(self.status, "", b""))


async def _ended(house: House, client: Client, **more: str) -> LogoutOutbox:
    await house.register("told", ClientKind.BROWSER, logout=Logout((), "https://rp.example/out"), **more)
    session = await house.sign_in()
    await house.tokens("told", scope="openid")
    await house.deps.sessions.end(session.id, actor="test", caller=CALLER)
    keys = house.deps.reach.identity_keys
    return LogoutOutbox(house.store, house.clock, house.deps.keyring, keys, client, house.deps.access_tokens.issuer)  # type: ignore[arg-type]


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "RS256"])
async def test_it_is_signed_as_the_clients_id_tokens_are(house: House, algorithm: str) -> None:
    """Back-Channel Logout 1.0 section 2.4: the client checks it with what it registered for ID tokens."""
    client = Client()
    await (await _ended(house, client, id_token_alg=algorithm)).deliver()
    header = jws.extract_compact(client.got[0].encode()).headers()
    assert (header["alg"], header["typ"]) == (algorithm, "logout+jwt")
    assert await audited(house, Event.CLIENT_LOGOUT_TOLD) == ["usr_ada"]


@pytest.mark.parametrize("status", [None, 500, 302, 429])
async def test_it_is_tried_for_a_day(house: House, status: int | None) -> None:
    """Again and again with growing waits, and then given up and written down."""
    client = Client(status)
    outbox = await _ended(house, client)
    passed = 0
    while passed < LIFE + 3_600:
        await outbox.deliver()
        house.clock.advance(600)
        passed += 600
    assert 10 < len(client.got) < 60
    assert await audited(house, Event.CLIENT_LOGOUT_NOT_TOLD) == ["usr_ada"]


async def test_what_a_killed_process_had_taken_is_taken_again(house: House) -> None:
    """The lease runs out, and another process tells the client."""
    client = Client()
    outbox = await _ended(house, client)
    async with house.store.work() as unit:
        assert len(await unit.logout_notices.take(house.clock.now(), lease=LEASE)) == 1
    await outbox.deliver()
    assert client.got == []
    house.clock.advance(int(LEASE))
    await outbox.deliver()
    assert len(client.got) == 1


async def test_a_client_that_is_gone_is_told_nothing(house: House) -> None:
    """Removed or blocked meanwhile: nothing is sent to an address that nobody answers for."""
    client = Client()
    outbox = await _ended(house, client)
    await house.clients.block(ClientId("told"), actor="test")
    await outbox.deliver()
    assert client.got == []
    assert await audited(house, Event.CLIENT_LOGOUT_NOT_TOLD) == ["usr_ada"]
