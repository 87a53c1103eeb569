"""Enrolled authenticators: sealed, and saved only from the version they were read at."""

import asyncio
import pathlib

import pytest
from tests.ports import NOON
from tests.store.records import ANN, credential, settle

from twogate.store.unit import Conflict, Store, StoreBroken
from twogate.terms.ids import CredentialId

ONE = CredentialId("crd_1")


async def test_credentials_come_back_as_they_were_stored(db: Store) -> None:
    """By id, and of a user oldest first, disabled ones included."""
    await settle(db)
    async with db.work() as unit:
        await unit.credentials.add(credential(2))
        await unit.credentials.add(credential(1, disabled=NOON))
        with pytest.raises(Conflict):
            await unit.credentials.add(credential(2))
    async with db.read() as unit:
        assert await unit.credentials.get(ONE) == credential(1, disabled=NOON)
        assert [one.id for one in await unit.credentials.of_user(ANN)] == ["crd_1", "crd_2"]


async def test_a_credential_of_nobody_is_a_conflict(db: Store) -> None:
    """An account removed meanwhile gets no new authenticator."""
    with pytest.raises(Conflict):
        async with db.work() as unit:
            await unit.credentials.add(credential())


async def test_of_racing_checks_one_is_saved(db: Store, rival: Store) -> None:
    """Twenty checks of one code read the same version in two processes: one is saved, nineteen are Conflicts."""
    await settle(db)
    async with db.work() as unit:
        await unit.credentials.add(credential())

    async def save(store: Store, step: int) -> bool:
        try:
            async with store.work() as unit:
                await unit.credentials.replace(ONE, version=1, state={"step": step}, used=NOON)
        except Conflict:
            return False
        return True

    saved = await asyncio.gather(*(save(store, n) for n in range(10) for store in (db, rival)))
    assert sum(saved) == 1
    async with db.read() as unit:
        found = await unit.credentials.get(ONE)
    assert found is not None
    assert (found.version, found.last_used) == (2, NOON)


async def test_disabling_beats_a_check_under_way(db: Store) -> None:
    """A state read before the credential was disabled cannot be saved after."""
    await settle(db)
    async with db.work() as unit:
        await unit.credentials.add(credential())
        await unit.credentials.set_disabled(ONE, NOON)
        with pytest.raises(Conflict):
            await unit.credentials.replace(ONE, version=1, state={}, used=None)
        await unit.credentials.set_disabled(ONE, None)
        await unit.credentials.replace(ONE, version=3, state={"new": 1}, used=None)
        found = await unit.credentials.get(ONE)
    assert found is not None
    assert (found.state, found.last_used, found.disabled) == ({"new": 1}, None, None)


async def test_a_removed_credential_is_gone(db: Store) -> None:
    """Removing leaves nothing to read or to replace."""
    await settle(db)
    async with db.work() as unit:
        await unit.credentials.add(credential())
        await unit.credentials.remove(ONE)
        assert await unit.credentials.get(ONE) is None
        with pytest.raises(Conflict):
            await unit.credentials.replace(ONE, version=1, state={}, used=None)


async def test_a_state_moved_to_another_row_does_not_open(db: Store) -> None:
    """Whoever can write the database cannot give Ann's code generator to another credential."""
    await settle(db)
    async with db.work() as unit:
        await unit.credentials.add(credential(1))
        await unit.credentials.add(credential(2))
    moved = "UPDATE credentials SET state = (SELECT state FROM credentials WHERE id = 'crd_1') WHERE id = 'crd_2'"
    await db._database.alter(lambda connection: connection.exec_driver_sql(moved).close())
    async with db.read() as unit:
        assert (await unit.credentials.get(ONE)) == credential(1)
        with pytest.raises(StoreBroken, match="crd_2"):
            await unit.credentials.get(CredentialId("crd_2"))


async def test_no_secret_lies_open_in_the_file(store: Store, tmp_path: pathlib.Path) -> None:
    """The bytes of the database hold neither the state of a credential nor its base64."""
    await settle(store)
    async with store.work() as unit:
        await unit.credentials.add(credential())
    written = b"".join(file.read_bytes() for file in _files(tmp_path))
    assert b"crd_1" in written
    assert b"JBSWY3DP" not in written


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return list(folder.glob("twogate.db*"))
