"""Two who hold the same code at the same moment: one gets in, with two control planes on one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from tests import postgres
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.services.desk import CALLER, CHEAP, Desk, Person

from twogate.rules.factors.contract import Sends
from twogate.rules.factors.registry import Parameters
from twogate.rules.factors.telephone_code import TelephoneRules
from twogate.rules.factors.telephone_number import NumberRules
from twogate.rules.signin.event import CodeGiven, FactorChosen
from twogate.services.hashing import HashingPool
from twogate.services.screens import Ask, Finished
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store
from twogate.terms.account import Credential
from twogate.terms.ids import CredentialId
from twogate.terms.secret import Secret

PAIRS = 60
RULES = TelephoneRules(numbers=NumberRules(allowed=("49",)), sends=Sends(10_000, 1))


@asynccontextmanager
async def _two_desks(url: str) -> AsyncIterator[tuple[Desk, Desk]]:
    """Two control planes on one database."""
    clock, pool = FakeClock(), HashingPool(threads=2, queue=1000)
    stores = [await Store.open(url, master_key=MASTER_KEY, entropy=SeededEntropy(name)) for name in "ab"]
    parameters = Parameters(hashing=CHEAP, sms=RULES)
    try:
        yield tuple(  # type: ignore[misc]
            Desk(store, clock, SeededEntropy(f"desk {number}"), SignInSettings(), pool, parameters)
            for number, store in enumerate(stores)
        )
    finally:
        pool.close()
        for store in stores:
            await store.close()


async def _with_a_telephone(desk: Desk) -> Person:
    person = await desk.add()
    async with desk.store.work() as unit:
        state = {"number": "+4915112345678", "last": ""}
        now = desk.clock.now()
        await unit.credentials.add(Credential(CredentialId("crd_sms"), person.user.id, "sms", "", state, 1, now))
        await unit.users.mark_enrolled(person.user.id)
    return person


async def _sent(desk: Desk, person: Person) -> tuple[Ask, Secret]:
    half = await desk.half(person)
    asked = await desk.sign_in.advance(half.handle, FactorChosen("sms"), CALLER)
    assert isinstance(asked, Ask)
    async with desk.store.work() as unit:
        waiting = await unit.dispatches.take(desk.clock.now(), lease=1000, limit=100)
    return asked, Secret(next(one.dispatch.facts["code"] for one in waiting if "code" in one.dispatch.facts))


async def _race(url: str) -> list[int]:
    """How many of each pair got in."""
    async with _two_desks(url) as (here, there):
        person, got_in = await _with_a_telephone(here), []
        for _ in range(PAIRS):
            here.clock.advance(5)
            asked, code = await _sent(here, person)
            given = CodeGiven("sms", code)
            both = await asyncio.gather(
                *(desk.sign_in.advance(asked.handle, given, CALLER) for desk in (here, there)), return_exceptions=True
            )
            got_in.append(sum(isinstance(screen, Finished) for screen in both))
        return got_in


async def test_of_two_with_one_code_one_gets_in_on_sqlite(tmp_path: Path) -> None:
    """Never both, and never neither."""
    assert set(await _race(f"sqlite:///{tmp_path / 'twogate.db'}")) == {1}


@pytest.fixture(scope="module")
def database() -> object:
    """The address of a fresh PostgreSQL database."""
    with postgres.server() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE races")
        yield server.replace("/postgres?", "/races?")


async def test_of_two_with_one_code_one_gets_in_on_postgresql(database: str) -> None:
    """Never both, and never neither."""
    assert set(await _race(database)) == {1}
