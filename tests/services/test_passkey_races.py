"""An answer to a WebAuthn challenge counts once, raced in pairs by two processes, on SQLite and on PostgreSQL."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy
from tests.races import PAIRS, TIMEOUT, Tally, Try, race
from tests.rules.factors.webauthn.conftest import RULES
from tests.rules.factors.webauthn.soft_key import SoftKey
from tests.services.desk import CALLER, CHEAP, STRANGER, Desk, Person, finished

from twogate.rules.factors.registry import Parameters
from twogate.rules.signin.event import CodeGiven, CodesSaved, EnrolmentConfirmed, FactorChosen
from twogate.services.hashing import HashingPool
from twogate.services.screens import Ask, AskEnrolment, Finished, Screen, ShowRecoveryCodes
from twogate.settings.sign_in import SignInSettings
from twogate.store.unit import Store
from twogate.terms.secret import Secret

pytestmark = pytest.mark.timeout(TIMEOUT)
ALL_ONE = Tally(PAIRS, both=0, neither=0)
_TIDY = 25  # pairs after which what sign-ins leave behind is swept away


@asynccontextmanager
async def _process(url: str, seed: str) -> AsyncIterator[Desk]:
    """One of several processes on a database."""
    store = await Store.open(url, master_key=MASTER_KEY, entropy=SeededEntropy(seed))
    pool = HashingPool(threads=1, queue=100)
    dials = Parameters(hashing=CHEAP, passkeys=RULES)
    try:
        yield Desk(store, FakeClock(), SeededEntropy(seed), SignInSettings(), pool, dials)
    finally:
        pool.close()
        await store.close()


@pytest.fixture(params=["sqlite_url", "pg_url"])
async def racers(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Desk, Desk]]:
    url: str = request.getfixturevalue(request.param)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(_process(url, "one"))
        yield one, await stack.enter_async_context(_process(url, "two"))


async def _offer(desk: Desk, name: str) -> tuple[Person, AskEnrolment]:
    """A newcomer who is about to set up a passkey."""
    person = await desk.add(name)
    offered = await desk.give_password(person)
    assert isinstance(offered, AskEnrolment)
    offered = await desk.sign_in.advance(offered.handle, FactorChosen("webauthn"), CALLER)
    assert isinstance(offered, AskEnrolment)
    return person, offered


def _made(key: SoftKey, offered: AskEnrolment) -> EnrolmentConfirmed:
    return EnrolmentConfirmed(Secret(json.dumps(key.create(offered.offer.public))))


async def _accepted(step: object) -> bool:
    screen: Screen = await step  # type: ignore[misc]
    return isinstance(screen, Finished | ShowRecoveryCodes)


async def _tidy(desk: Desk, number: int, person: Person) -> None:
    if number % _TIDY == 0:
        async with desk.store.work() as unit:
            await unit.devices.remove_all(person.user.id)
            for session in await unit.sessions.of_user(person.user.id):
                await unit.sessions.end(session.id, desk.clock.now())


@pytest.mark.parametrize("counts", [False, True])
async def test_an_answer_counts_once(racers: tuple[Desk, Desk], counts: bool) -> None:  # noqa: FBT001  # with and without counter
    """One answer, sent to two processes at once: one gets in, and a counting key is not taken for its own copy."""
    one, two = racers
    key = SoftKey()
    person, offered = await _offer(one, "ada")
    shown = await one.sign_in.advance(offered.handle, _made(key, offered), CALLER)
    assert isinstance(shown, ShowRecoveryCodes)
    finished(await one.sign_in.advance(shown.handle, CodesSaved(), CALLER))

    async def ready(number: int) -> tuple[Try, Try]:
        await _tidy(one, number, person)
        key.count = number + 1 if counts else 0
        asked = await one.begin()
        assert isinstance(asked, Ask)
        question = next(choice.question for choice in asked.factors if choice.factor == "webauthn")
        answer = CodeGiven("webauthn", Secret(json.dumps(key.get(question or {}))))
        return (
            _accepted(one.sign_in.advance(asked.handle, answer, CALLER)),
            _accepted(two.sign_in.advance(asked.handle, answer, STRANGER)),
        )

    assert await race(ready) == ALL_ONE
    async with one.store.read() as unit:
        kept = [found for found in await unit.credentials.of_user(person.user.id) if found.factor == "webauthn"]
    assert [found.disabled for found in kept] == [None]


async def test_a_credential_is_set_up_once(racers: tuple[Desk, Desk]) -> None:
    """One new credential, sent to two processes at once: one account has it, and has it once."""
    one, two = racers

    async def ready(number: int) -> tuple[Try, Try]:
        _, offered = await _offer(one, f"person-{number}")
        made = _made(SoftKey(credential_id=b"credential-%06d" % number), offered)
        return (
            _accepted(one.sign_in.advance(offered.handle, made, CALLER)),
            _accepted(two.sign_in.advance(offered.handle, made, STRANGER)),
        )

    assert await race(ready) == ALL_ONE
    async with one.store.read() as unit:
        users = [await unit.users.by_name(f"person-{number}") for number in range(PAIRS)]
        counted = [len(await unit.credentials.of_user(user.id)) for user in users if user]
    assert counted == [3] * PAIRS  # password, passkey, recovery codes
