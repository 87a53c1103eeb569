"""Two control processes on one database: of two that use, stop or approve one recovery at a moment, one does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from tests import postgres
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy

from twogate.outside.entropy import SystemEntropy
from twogate.rules.factors.recovery_pass import RecoveryPass, pass_state
from twogate.rules.recovery.request import Approved, RecoveryRules, step
from twogate.services.recovery_ends import NOBODY, RecoveryEnds
from twogate.store.unit import Conflict, Store, Unit
from twogate.terms.account import Credential, User
from twogate.terms.ids import CredentialId, RecoveryId, UserId
from twogate.terms.recovery import Lost, Recovery, Stage, Way
from twogate.terms.secret import Secret
from twogate.terms.verdict import Passed

ANN, RULES, CLOCK = UserId("usr_ann"), RecoveryRules(), FakeClock()
NOW, SECRET, PASS = CLOCK.now(), Secret("tg_rs_of-ann"), RecoveryPass()
FEW, MANY, BATCH = 150, 10_000, 10  # a batch has fewer units than a pool has connections
SLOW = (pytest.mark.slow, pytest.mark.timeout(900))
Move = Callable[[Unit, RecoveryEnds, Recovery], Awaitable[bool]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database for the tests of this file."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('races') / 'twogate.db'}"
        return
    with postgres.server() as address:
        yield address


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores on one database, as two processes have them, and Ann in it."""
    stores = [await Store.open(url, master_key=MASTER_KEY, entropy=SeededEntropy(name)) for name in ("one", "two")]
    async with stores[0].work() as unit:
        if await unit.users.get(ANN) is None:
            await unit.users.add(User(ANN, "ann", "Ann", "", NOW, enrolled_once=True))
    yield stores[0], stores[1]
    for one in stores:
        await one.close()


async def _use(unit: Unit, ends: RecoveryEnds, recovery: Recovery) -> bool:
    return isinstance(await ends.use(unit, recovery, actor=ANN, caller=NOBODY), Passed)


async def _stop(unit: Unit, ends: RecoveryEnds, recovery: Recovery) -> bool:
    return isinstance(await ends.stop(unit, recovery, actor=ANN, caller=NOBODY), Passed)


async def _approve(unit: Unit, ends: RecoveryEnds, recovery: Recovery) -> bool:
    verdict = step(recovery, Approved(UserId("usr_eve")), rules=RULES, now=NOW)
    return isinstance(verdict, Passed) and (await ends.perform(unit, recovery, verdict.value)).secret is not None


async def _pass(unit: Unit, _ends: RecoveryEnds, recovery: Recovery) -> bool:
    """As the sign-in does: check, then save by compare-and-set."""
    held = await unit.credentials.get(recovery.pass_id)
    verdict = PASS.check(held.state, SECRET, NOW) if held is not None else None
    if held is None or not isinstance(verdict, Passed) or verdict.value.next_state is None:
        return False
    await unit.credentials.replace(held.id, version=held.version, state=verdict.value.next_state, used=NOW)
    return True


async def _one(store: Store, name: RecoveryId, move: Move) -> bool:
    ends = RecoveryEnds(CLOCK, SystemEntropy(), rules=RULES)
    try:
        async with store.work() as unit:
            recovery = await unit.recoveries.get(name)
            assert recovery is not None
            return await move(unit, ends, recovery)
    except Conflict:
        return False


@pytest.mark.parametrize(
    ("stage", "left", "right", "pairs"),
    [
        pytest.param(Stage.READY, _use, _use, FEW, id="use-use"),
        pytest.param(Stage.READY, _use, _stop, FEW, id="use-stop"),
        pytest.param(Stage.READY, _pass, _pass, FEW, id="pass-pass"),
        pytest.param(Stage.READY, _pass, _stop, FEW, id="pass-stop"),
        pytest.param(Stage.REQUESTED, _approve, _approve, FEW, id="approve-approve"),
        pytest.param(Stage.REQUESTED, _stop, _stop, FEW, id="stop-stop"),
        pytest.param(Stage.READY, _use, _use, MANY, id="use-use-many", marks=SLOW),
        pytest.param(Stage.READY, _pass, _pass, MANY, id="pass-pass-many", marks=SLOW),
    ],
)
async def test_one_of_two(  # noqa: PLR0917  # a row of the table
    two: tuple[Store, Store], stage: Stage, left: Move, right: Move, pairs: int
) -> None:
    """0 double accepts: in every pair exactly one of the two comes through."""
    for start in range(0, pairs, BATCH):
        names = [RecoveryId(f"rcv_{left.__name__}{right.__name__}{pairs}_{start + at}") for at in range(BATCH)]
        async with two[0].work() as unit:
            for name in names:
                pass_id = CredentialId(f"crd_{name}")
                state = pass_state(SECRET, until=NOW.plus(60))
                await unit.credentials.add(Credential(pass_id, ANN, PASS.name, "", state, version=0, created=NOW))
                await unit.recoveries.add(
                    Recovery(name, ANN, Way.HELP_DESK, Lost.FACTORS, stage, NOW, NOW.plus(60), credential=pass_id)
                )
        moves = [(two[0], left), (two[1], right)]
        racing = [_one(store, name, move) for name in names for store, move in moves]
        came = await asyncio.gather(*racing)
        assert [came[at] + came[at + 1] for at in range(0, len(came), 2)] == [1] * BATCH
