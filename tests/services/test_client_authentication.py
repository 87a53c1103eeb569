"""Clients prove themselves; addresses that cannot have to wait, clients never."""

from dataclasses import replace

from tests.services.oauth_house import House
from tests.services.oauth_marks import CALLER, audited, errands, proof_of, wrong_proof

from twogate.rules.protocols.oauth2.rfc6749_framework.client_authentication import Presented
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal, TooManyFailures
from twogate.terms.client import Client
from twogate.terms.events import Event
from twogate.terms.ids import ClientId
from twogate.terms.secret import Secret


async def _check(house: House, presented: Presented) -> Client | InvalidClient:
    async with house.store.read() as unit:
        return await errands(house).token.clients.check(unit, presented)


async def _count(house: House, name: str, *, times: int = 1, address: str = CALLER.address) -> OAuthRefusal:
    for _ in range(times):
        refused = await errands(house).token.clients.count(wrong_proof(name), replace(CALLER, address=address))
    return refused


async def test_the_right_secret_is_the_client_and_nothing_else_is(house: House) -> None:
    """Wrong secret, no secret, unknown client and a public client with a secret are all told the same."""
    right = await _check(house, proof_of(house, "backend"))
    assert isinstance(right, Client)
    assert right.id == "backend"
    made_up = Secret("tg_cs_wrong")
    refusals = [
        await _check(house, Presented(ClientId(name), secret))
        for name, secret in (("backend", made_up), ("backend", None), ("nobody", made_up), ("shop", made_up))
    ]
    assert refusals[0] == refusals[1] == refusals[2] == refusals[3]
    assert isinstance(refusals[0], InvalidClient)


async def test_a_secret_of_another_client_is_worth_nothing(house: House) -> None:
    """The secret that is right for one client is wrong for every other."""
    robot = proof_of(house, "robot")
    assert isinstance(await _check(house, Presented(ClientId("backend"), robot.secret)), InvalidClient)


async def test_a_blocked_client_is_refused_with_the_right_secret(house: House) -> None:
    """Blocking wins over a right secret."""
    await house.clients.block(ClientId("backend"), actor="test")
    assert isinstance(await _check(house, proof_of(house, "backend")), InvalidClient)


async def test_an_address_waits_after_ten_failures(house: House) -> None:
    """The eleventh wrong secret is told how long to wait; the wait ends and another address never had one."""
    assert isinstance(await _count(house, "backend", times=10), InvalidClient)
    locked = await _count(house, "backend")
    assert isinstance(locked, TooManyFailures)
    assert 0 < locked.retry_after <= 300
    assert isinstance(await _count(house, "backend", address="198.51.100.9"), InvalidClient)
    house.clock.advance(301)
    assert isinstance(await _count(house, "backend"), InvalidClient)


async def test_nobody_can_lock_a_client_out(house: House) -> None:
    """However many wrong secrets strangers present, from its own address too: the right one passes."""
    await _count(house, "backend", times=15)
    assert isinstance(await _check(house, proof_of(house, "backend")), Client)


async def test_made_up_names_share_one_budget_and_one_audit_name(house: House) -> None:
    """Names a stranger invents are neither stored nor counted apart, or they would fill the database."""
    for number in range(10):
        await _count(house, f"invented-{number}")
    assert isinstance(await _count(house, "one-more"), TooManyFailures)
    assert set(await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED)) == {"unknown"}


async def test_a_locked_address_writes_no_more_audit(house: House) -> None:
    """After the lock is noted, further failures add no event: an attacker cannot flood the chain."""
    await _count(house, "backend", times=11)
    noted = len(await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED))
    await _count(house, "backend", times=5)
    assert len(await audited(house, Event.CLIENT_AUTHENTICATION_REFUSED)) == noted


async def test_the_addresses_of_one_network_share_a_budget(house: House) -> None:
    """Whoever holds a /64 gets no new budget, row and audit event for each of its addresses."""
    for number in range(10):
        await _count(house, "backend", address=f"2001:db8::{number:x}")
    assert isinstance(await _count(house, "backend", address="2001:db8::ffff:1"), TooManyFailures)
    assert isinstance(await _count(house, "backend", address="2001:db8:0:1::1"), InvalidClient)
