"""The audit log's keeper: every row gets a place, the end is anchored, tampering in the database is named."""

import asyncio
import json
import pathlib
from collections.abc import AsyncIterator

import pytest
from tests.ports import MASTER_KEY, FakeClock, SeededEntropy

from twogate.rules.audit.inspection import Tampering
from twogate.services import audit_log
from twogate.services.audit_log import ANCHOR_EVERY, AnchorUnwritable, AuditLog, read_anchor, verify_file
from twogate.store.unit import Store
from twogate.terms.events import Event


@pytest.fixture(params=["sqlite_url", "pg_url"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, SQLite and PostgreSQL in turn."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
async def db(url: str) -> AsyncIterator[Store]:
    """A store on a fresh database."""
    opened = await Store.open(url, master_key=MASTER_KEY)
    yield opened
    await opened.close()


@pytest.fixture
def anchor(tmp_path: pathlib.Path) -> pathlib.Path:
    """Where the end of the chain is written."""
    return tmp_path / "audit.anchor"


@pytest.fixture
def log(db: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy, anchor: pathlib.Path) -> AuditLog:
    """The keeper of a fresh log."""
    return AuditLog(db, fake_clock, seeded_entropy, anchor=anchor)


async def _happen(store: Store, clock: FakeClock, count: int, **facts: object) -> None:
    async with store.work() as unit:
        for number in range(count):
            await unit.audit.append(
                Event.USER_SIGN_IN_PASSED,
                at=clock.now(),
                actor="usr_1",
                subject="usr_1",
                request_id="r",
                address="192.0.2.1",
                facts={"n": number, **facts},
            )


async def _filled(log: AuditLog, store: Store, clock: FakeClock) -> None:
    for _ in range(4):
        await _happen(store, clock, 5)
        await log.seal()
    await log.close()


def _mode(path: pathlib.Path) -> int:
    return path.stat().st_mode & 0o777


def _write(path: pathlib.Path, content: str) -> None:
    path.write_text(content)


async def _execute(store: Store, statement: str) -> None:
    await store._database.alter(lambda connection: connection.exec_driver_sql(statement).close())


async def test_rows_get_gapless_places_and_the_end_is_anchored(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
    anchor: pathlib.Path,
) -> None:
    """After sealing every row has its place, the log is intact, and the anchor names its end."""
    await _filled(log, db, fake_clock)
    async with db.read() as unit:
        rows = await unit.chain.sealed(after=0, limit=1000)
        assert not await unit.chain.unsealed(limit=1)
    assert [row.index for row in rows] == list(range(1, 22))  # 20 and the event of the first anchoring
    report = await log.verify()
    assert (report.intact, report.rows, report.signed_until) == (True, 21, 21)
    assert list(read_anchor(anchor))[-1].index == 21
    assert _mode(anchor) == 0o600


async def test_sealing_in_two_processes_makes_one_chain(
    log: AuditLog,
    db: Store,
    url: str,
    *,
    fake_clock: FakeClock,
    anchor: pathlib.Path,
) -> None:
    """Two keepers and three writers at once: one chain without a gap, one key."""
    other_store = await Store.open(url, master_key=MASTER_KEY)
    other = AuditLog(other_store, fake_clock, SeededEntropy("other"), anchor=anchor)

    async def write(store: Store) -> None:
        for _ in range(10):
            await _happen(store, fake_clock, 2)

    async def keep(keeper: AuditLog) -> None:
        for _ in range(15):
            await keeper.seal()
            await asyncio.sleep(0.005)

    await asyncio.gather(write(db), write(other_store), keep(log), keep(other), keep(other))
    await log.close()
    report = await log.verify()
    assert (report.intact, report.rows) == (True, 41)
    assert len(await log.public_keys()) == 1
    await other_store.close()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("""UPDATE audit SET actor = 'usr_2' WHERE "index" = 7""", (7, Tampering.ALTERED)),
        ("""UPDATE audit SET facts = 'x{' WHERE "index" = 7""", (7, Tampering.ALTERED)),
        ("""UPDATE audit SET event = 'made:up:thing' WHERE "index" = 7""", (7, Tampering.ALTERED)),
        ("""DELETE FROM audit WHERE "index" = 9""", (9, Tampering.MISSING)),
        ("""DELETE FROM audit WHERE "index" > 18""", (19, Tampering.TRUNCATED)),
        ("""UPDATE audit_heads SET digest = 'ab' WHERE "index" = 5""", (5, Tampering.HEAD_FORGED)),
    ],
)
async def test_tampering_in_the_database_is_named(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
    *,
    statement: str,
    found: tuple[int, Tampering],
) -> None:
    """An edited, deleted or cut-off row is found by its index."""
    await _filled(log, db, fake_clock)
    await _execute(db, statement)
    report = await log.verify()
    assert (report.faults[0].index, report.faults[0].tampering) == found


async def test_rows_and_heads_removed_together_are_missed_by_the_anchor(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
) -> None:
    """Whoever cuts the log and its heads in the database has not cut the file outside it."""
    await _filled(log, db, fake_clock)
    await _execute(db, """DELETE FROM audit WHERE "index" > 5""")
    await _execute(db, """DELETE FROM audit_heads WHERE "index" > 5""")
    report = await log.verify()
    assert (report.faults[0].index, report.faults[0].tampering) == (6, Tampering.TRUNCATED)


async def test_a_cut_log_goes_on_and_stays_cut(log: AuditLog, db: Store, fake_clock: FakeClock) -> None:
    """New events after a truncation are sealed behind the heads that remain; the hole stays visible."""
    await _filled(log, db, fake_clock)
    await _execute(db, """DELETE FROM audit WHERE "index" > 5""")
    await _happen(db, fake_clock, 1)
    assert await log.seal() == 1
    report = await log.verify()
    assert (report.faults[0].index, report.faults[0].tampering) == (6, Tampering.MISSING)


async def test_an_export_is_verified_without_the_database(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
    *,
    anchor: pathlib.Path,
    tmp_path: pathlib.Path,
) -> None:
    """JSON lines, the anchor and the public key are all an auditor needs."""
    await _filled(log, db, fake_clock)
    keys = await log.public_keys()
    export = tmp_path / "audit.jsonl"
    assert await log.export(export) == 21
    await db.close()
    assert verify_file(export, anchor=anchor, public_keys=keys).intact
    assert verify_file(export, anchor=None, public_keys=keys).intact
    lines = export.read_text().splitlines()
    row = json.loads(lines[2])
    row["row"]["subject"] = "usr_2"
    export.write_text("\n".join([*lines[:2], json.dumps(row), *lines[3:]]))
    assert verify_file(export, anchor=anchor, public_keys=keys).faults[0].index == 3
    export.write_text("\n".join(line for line in lines[:15] if "head" not in json.loads(line)))
    assert verify_file(export, anchor=anchor, public_keys=keys).faults[0].tampering is Tampering.TRUNCATED
    export.write_text("no json\n")
    with pytest.raises(ValueError, match=r"audit\.jsonl line 1"):
        verify_file(export, anchor=anchor, public_keys=keys)


async def test_the_anchor_is_written_every_few_seconds(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
    anchor: pathlib.Path,
) -> None:
    """The first head is anchored at once, later ones together, none is forgotten."""
    await _happen(db, fake_clock, 1)
    await log.seal()
    await log.anchor()
    await _happen(db, fake_clock, 1)
    await log.seal()
    await log.anchor()
    assert len(list(read_anchor(anchor))) == 1
    fake_clock.advance(ANCHOR_EVERY)
    await log.anchor()
    await log.anchor()
    assert [head.index for head in read_anchor(anchor)] == [1, 3]


async def test_a_line_cut_short_by_a_crash_is_mended(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
    anchor: pathlib.Path,
) -> None:
    """Half a line at the end of the anchor is no head and no fault, and the next line is whole."""
    await _filled(log, db, fake_clock)
    with anchor.open("a") as file:
        file.write('{"index": 9')
    assert (await log.verify()).intact
    await _happen(db, fake_clock, 1)
    await log.close()
    assert list(read_anchor(anchor))[-1].index == 22
    _write(anchor, "garbage\n")
    with pytest.raises(ValueError, match="line 1"):
        await log.verify()


async def test_an_anchor_that_cannot_be_written_is_tried_again(
    db: Store,
    fake_clock: FakeClock,
    seeded_entropy: SeededEntropy,
    tmp_path: pathlib.Path,
) -> None:
    """The operator is told which file; the head waits and is written once the folder is there."""
    anchor = tmp_path / "missing" / "audit.anchor"
    log = AuditLog(db, fake_clock, seeded_entropy, anchor=anchor)
    await _happen(db, fake_clock, 1)
    with pytest.raises(AnchorUnwritable, match=r"audit\.anchor"):
        await log.close()
    anchor.parent.mkdir()
    await log.anchor()
    assert [head.index for head in read_anchor(anchor)] == [2]


async def test_the_loop_seals_and_survives_faults(
    log: AuditLog,
    db: Store,
    fake_clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An anchor on a full disk does not stop sealing, and is written when there is room again."""

    def full(*_: object) -> None:
        raise AnchorUnwritable("full")

    with monkeypatch.context() as patched:
        patched.setattr(audit_log, "_append", full)
        loop = asyncio.create_task(log.run())
        await _happen(db, fake_clock, 3)
        await _until_sealed(db)
    await asyncio.sleep(0.2)
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)
    assert (await log.verify()).intact
    assert list(read_anchor(log._anchor))


async def _until_sealed(store: Store) -> None:
    async with asyncio.timeout(10):
        while True:
            async with store.read() as unit:
                if not await unit.chain.unsealed(limit=1):
                    return
            await asyncio.sleep(0.01)


async def test_no_secret_reaches_the_log(db: Store, fake_clock: FakeClock) -> None:
    """What looks like a token is withheld, and a Secret is refused, before anything is written."""
    await _happen(db, fake_clock, 1, typed="tg_pat_" + "x" * 43)
    async with db.read() as unit:
        rows = await unit.audit.list()
    assert rows[0].facts == {"n": 0, "typed": "[withheld]"}
    with pytest.raises(TypeError):
        await _happen(db, fake_clock, 1, typed=b"x")
