"""What gateways are told when a grant dies, and for how long they remember it."""

from tests.services.oauth_house import House
from tests.services.oauth_marks import told

from twogate.services.grant_revocation import revoke_grant
from twogate.terms.changes import ChangeKind
from twogate.terms.ids import ClientId, GrantId
from twogate.terms.session import Grant


async def _grant(house: House, *, life: float) -> GrantId:
    now = house.clock.now()
    grant = Grant(GrantId("gnt_1"), ClientId("robot"), None, None, (), "https://api.example.com", now, now.plus(life))
    async with house.store.work() as unit:
        await unit.grants.add(grant)
    return grant.id


async def _revoke(house: House, grant: GrantId) -> int | None:
    async with house.store.work() as unit:
        return await revoke_grant(unit, grant, now=house.clock.now())


async def test_gateways_remember_it_longer_than_its_youngest_token(house: House) -> None:
    """The entry lasts one second past the last expiry, so that rounding never lets a token through."""
    grant = await _grant(house, life=300)
    number = await _revoke(house, grant)
    (change,) = await told(house)
    assert (change.number, change.kind, change.key) == (number, ChangeKind.GRANT_REVOKED, grant)
    assert change.until == house.clock.now().seconds + 301


async def test_it_dies_once(house: House) -> None:
    """A second revocation, or one of a grant that never was, tells gateways nothing."""
    grant = await _grant(house, life=300)
    await _revoke(house, grant)
    assert await _revoke(house, grant) is None
    assert await _revoke(house, GrantId("gnt_none")) is None
    assert len(await told(house)) == 1


async def test_without_a_living_token_gateways_need_not_know(house: House) -> None:
    """A grant whose tokens have all expired is revoked in the database only."""
    grant = await _grant(house, life=0)
    assert await _revoke(house, grant) is None
    async with house.store.read() as unit:
        found = await unit.grants.get(grant)
    assert found is not None
    assert found.revoked == house.clock.now()
