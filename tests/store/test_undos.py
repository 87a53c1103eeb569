"""What can be taken back: once, for a while; a removed credential lies sealed until then."""

import asyncio
import pathlib
from typing import Any

from tests.ports import NOON
from tests.store.records import ANN, credential, settle

from twogate.store.unit import Store
from twogate.terms.ids import CredentialId
from twogate.terms.undo import Undo, UndoKind

LATER = NOON.plus(60)


def _undo(digest: str = "d1", **other: Any) -> Undo:
    values: dict[str, Any] = {
        "digest": digest,
        "user": ANN,
        "kind": UndoKind.FACTOR_ADDED,
        "what": "Authenticator app",
        "credential": CredentialId("crd_1"),
        "withdrawn": None,
        "created": NOON,
        "expires": NOON.plus(100),
    }
    return Undo(**{**values, **other})


async def test_what_was_kept_comes_back_as_it_was(db: Store) -> None:
    """With a removed credential, or without one; found by the digest of its secret only."""
    await settle(db)
    gone = credential(1, last_used=NOON)
    removed = _undo("d2", kind=UndoKind.FACTOR_REMOVED, credential=None, withdrawn=gone)
    async with db.work() as unit:
        await unit.undos.add(_undo())
        await unit.undos.add(removed)
    async with db.read() as unit:
        assert await unit.undos.get("d1") == _undo()
        assert await unit.undos.get("d2") == removed
        assert await unit.undos.get("d3") is None


async def test_of_racing_hands_one_takes_it_back(db: Store, rival: Store) -> None:
    """Twenty clicks in two processes: one counts, and what was kept is erased."""
    await settle(db)
    async with db.work() as unit:
        await unit.undos.add(_undo(kind=UndoKind.FACTOR_REMOVED, withdrawn=credential()))

    async def use(store: Store) -> bool:
        async with store.work() as unit:
            return await unit.undos.use("d1", LATER)

    assert sum(await asyncio.gather(*(use(store) for store in (db, rival) * 10))) == 1
    async with db.read() as unit:
        found = await unit.undos.get("d1")
    assert found is not None
    assert (found.used, found.withdrawn) == (LATER, None)


async def test_nothing_is_taken_back_after_its_time(db: Store) -> None:
    """And it is forgotten then."""
    await settle(db)
    async with db.work() as unit:
        await unit.undos.add(_undo())
        assert await unit.undos.prune(NOON.plus(99)) == 0
        assert not await unit.undos.use("d1", NOON.plus(100))
        assert await unit.undos.prune(NOON.plus(100)) == 1
        assert await unit.undos.get("d1") is None


async def test_all_of_an_account_can_be_voided(db: Store) -> None:
    """When its owner is there again."""
    await settle(db)
    async with db.work() as unit:
        await unit.undos.add(_undo())
        await unit.undos.void(ANN)
        assert await unit.undos.get("d1") is None


async def test_a_removed_secret_does_not_lie_open(store: Store, tmp_path: pathlib.Path) -> None:
    """The bytes of the database hold no seed."""
    await settle(store)
    async with store.work() as unit:
        await unit.undos.add(_undo(withdrawn=credential()))
    written = b"".join(file.read_bytes() for file in _files(tmp_path))
    assert b"factor_added" in written
    assert b"JBSWY3DP" not in written


def _files(folder: pathlib.Path) -> list[pathlib.Path]:
    return list(folder.glob("twogate.db*"))
