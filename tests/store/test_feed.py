"""The change feed: numbered, reduced to what is in force, forgotten in time."""

import contextlib

from tests.ports import NOON
from tests.store.records import fail, signing_key

from twogate.store.unit import Store
from twogate.terms.changes import Change, ChangeKind, Snapshot, VerificationKey


async def _append(store: Store, kind: ChangeKind, key: str, **other: object) -> int:
    async with store.work() as unit:
        return await unit.feed.append(kind, key, at=NOON, **other)  # type: ignore[arg-type]


async def _snapshot(store: Store) -> list[tuple[str, str]]:
    async with store.read() as unit:
        return [(change.kind.value, change.key) for change in (await unit.feed.snapshot(NOON)).changes]


async def test_changes_are_numbered_and_followed(db: Store) -> None:
    """From one upwards, read after any number, in bounded pages."""
    async with db.read() as unit:
        assert (await unit.feed.head(), await unit.feed.oldest()) == (0, 1)
    numbers = [await _append(db, ChangeKind.GRANT_REVOKED, f"gnt_{n}", until=n) for n in (1, 2, 3)]
    assert numbers == [1, 2, 3]
    async with db.read() as unit:
        assert (await unit.feed.head(), await unit.feed.oldest()) == (3, 1)
        assert await unit.feed.after(1, limit=1) == [
            Change(2, ChangeKind.GRANT_REVOKED, "gnt_2", value="", until=2, at=NOON),
        ]
        assert [change.number for change in await unit.feed.after(0)] == [1, 2, 3]
        assert await unit.feed.after(3) == []


async def test_a_snapshot_holds_everything_in_force_at_its_number(db: Store) -> None:
    """Policy, keys, and of the changes the newest of each kind and key, in order."""
    async with db.work() as unit:
        await unit.keys.add(signing_key())
        await unit.policies.publish("old", at=NOON, by="ann")
        await unit.policies.publish("new", at=NOON, by="ann")
    await _append(db, ChangeKind.POLICY_PUBLISHED, "2")
    await _append(db, ChangeKind.SUBJECT_STEP_UP, "usr_1", value="5")
    await _append(db, ChangeKind.GRANT_REVOKED, "gnt_1", until=NOON.seconds + 60)
    await _append(db, ChangeKind.SUBJECT_STEP_UP, "usr_1", value="9")
    await _append(db, ChangeKind.KEYS_CHANGED, "key-1")
    async with db.read() as unit:
        assert await unit.feed.snapshot(NOON) == Snapshot(
            number=5,
            policy_version=2,
            policy_toml="new",
            keys=(VerificationKey("key-1", signing_key().public_pem),),
            changes=(
                Change(3, ChangeKind.GRANT_REVOKED, "gnt_1", until=NOON.seconds + 60, at=NOON),
                Change(4, ChangeKind.SUBJECT_STEP_UP, "usr_1", value="9", at=NOON),
            ),
        )


async def test_an_empty_installation_has_an_empty_snapshot(db: Store) -> None:
    """No policy yet is version 0."""
    async with db.read() as unit:
        assert await unit.feed.snapshot(NOON) == Snapshot(0, 0, "", (), ())


async def test_what_is_undone_is_not_in_force(db: Store) -> None:
    """Clearing a subject undoes block and step-up of that subject only; addresses and API tokens likewise."""
    for subject in ("usr_1", "usr_2"):
        await _append(db, ChangeKind.SUBJECT_BLOCKED, subject)
        await _append(db, ChangeKind.SUBJECT_STEP_UP, subject, value="1")
    await _append(db, ChangeKind.ADDRESS_BLOCKED, "192.0.2.0/24")
    await _append(db, ChangeKind.API_TOKEN_ADDED, "aa", value="1|x")
    await _append(db, ChangeKind.API_TOKEN_ADDED, "bb", value="1|x")
    await _append(db, ChangeKind.SUBJECT_CLEARED, "usr_1")
    await _append(db, ChangeKind.ADDRESS_CLEARED, "192.0.2.0/24")
    await _append(db, ChangeKind.API_TOKEN_REMOVED, "aa")
    assert await _snapshot(db) == [
        ("subject.blocked", "usr_2"),
        ("subject.step_up", "usr_2"),
        ("api_token.added", "bb"),
    ]


async def test_one_change_in_force_is_found(db: Store) -> None:
    """By kind and key, until it is undone."""
    await _append(db, ChangeKind.SUBJECT_BLOCKED, "usr_1")
    async with db.read() as unit:
        held = await unit.feed.held(ChangeKind.SUBJECT_BLOCKED, "usr_1")
        assert held == Change(1, ChangeKind.SUBJECT_BLOCKED, "usr_1", at=NOON)
        assert await unit.feed.held(ChangeKind.SUBJECT_STEP_UP, "usr_1") is None
    await _append(db, ChangeKind.SUBJECT_CLEARED, "usr_1")
    async with db.read() as unit:
        assert await unit.feed.held(ChangeKind.SUBJECT_BLOCKED, "usr_1") is None


async def test_forgotten_changes_stay_in_force(db: Store) -> None:
    """An edge that is too far back is told so by ``oldest``, and the snapshot still has every block."""
    await _append(db, ChangeKind.SUBJECT_BLOCKED, "usr_1")
    await _append(db, ChangeKind.GRANT_REVOKED, "gnt_1", until=NOON.seconds + 10)
    async with db.work() as unit:
        assert await unit.feed.prune(NOON.plus(59), keep_seconds=60) == 1  # the grant's tokens have expired
        await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, "usr_2", at=NOON.plus(59))
        assert await unit.feed.prune(NOON.plus(60), keep_seconds=60) == 2
        assert (await unit.feed.oldest(), await unit.feed.head()) == (3, 3)
        assert await unit.feed.prune(NOON.plus(300), keep_seconds=60) == 1
        assert (await unit.feed.oldest(), await unit.feed.head()) == (4, 3)
    assert await _snapshot(db) == [("subject.blocked", "usr_1"), ("subject.blocked", "usr_2")]
    assert await _append(db, ChangeKind.SUBJECT_CLEARED, "usr_1") == 4


async def test_a_rolled_back_change_leaves_no_number_behind(db: Store) -> None:
    """The number of a unit that failed is given again, so followers see no hole."""
    with contextlib.suppress(LookupError):
        async with db.work() as unit:
            assert await unit.feed.append(ChangeKind.SUBJECT_BLOCKED, "usr_1", at=NOON) == 1
            fail()
    assert await _append(db, ChangeKind.SUBJECT_BLOCKED, "usr_2") == 1
    assert await _snapshot(db) == [("subject.blocked", "usr_2")]
