"""Consents: one for each person and program, the latest counts, gone with either."""

from tests.ports import NOON
from tests.store.records import client, user

from twogate.store.unit import Store
from twogate.terms.consent import Consent
from twogate.terms.ids import ClientId

MINE = ClientId("cli_1")


async def test_the_latest_consent_counts(db: Store) -> None:
    """A second yes takes the place of the first; another program has its own."""
    ann = user()
    first, second = Consent(ann.id, MINE, ("openid",), NOON), Consent(ann.id, MINE, ("email",), NOON.plus(5))
    other = Consent(ann.id, ClientId("cli_2"), (), NOON.plus(9))
    async with db.work() as unit:
        await unit.users.add(ann)
        for one in (first, second, other):
            await unit.consents.keep(one)
    async with db.read() as unit:
        assert await unit.consents.get(ann.id, MINE) == second
        assert list(await unit.consents.of_user(ann.id)) == [second, other]


async def test_a_consent_ends_once_and_with_its_program(db: Store) -> None:
    """Taken back is taken back, and whoever gets a removed program's id next was allowed nothing."""
    ann = user()
    async with db.work() as unit:
        await unit.users.add(ann)
        await unit.clients.add(client(MINE))
        await unit.consents.keep(Consent(ann.id, MINE, (), NOON))
        assert await unit.consents.remove(ann.id, MINE)
        assert not await unit.consents.remove(ann.id, MINE)
        await unit.consents.keep(Consent(ann.id, MINE, (), NOON))
        await unit.consents.forget(MINE)
        assert await unit.consents.get(ann.id, MINE) is None
