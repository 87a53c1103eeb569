"""Delivered tokens: sealed while they wait, taken once, put back where they stand."""

import asyncio
import pathlib

import pytest
from tests.ports import NOON
from tests.store.records import credential, user

from twogate.store.unit import Conflict, Store
from twogate.terms.account import Credential
from twogate.terms.hardware_token import HardwareToken
from twogate.terms.ids import CredentialId, UserId

TOKEN = HardwareToken("hardware_token", "GA1234", "Acme", {"secret": "GEZDGNBVGY3TQOJQ", "counter": 7}, NOON)
WAITS = TOKEN.state or {}
NAME = (TOKEN.factor, TOKEN.serial)


async def _added(db: Store, token: HardwareToken = TOKEN) -> None:
    async with db.work() as unit:
        await unit.hardware_tokens.add(token)


async def _take(db: Store, who: str, *, reserved: bool = False) -> None:
    async with db.work() as unit:
        await unit.hardware_tokens.take(
            NAME, user=UserId(f"usr_{who}"), credential=CredentialId(f"crd_{who}"), at=NOON, reserved=reserved
        )


async def test_a_serial_comes_once(db: Store) -> None:
    """What was added is read back; the same serial again is a conflict, of another factor it is not."""
    await _added(db)
    with pytest.raises(Conflict):
        await _added(db)
    await _added(db, HardwareToken("yubico_otp", "GA1234", "YubiKey", {"key": "00"}, NOON))
    async with db.read() as unit:
        assert await unit.hardware_tokens.get(*NAME) == TOKEN
        assert await unit.hardware_tokens.get("hardware_token", "nobody's") is None
        assert [one.factor for one in await unit.hardware_tokens.by_serial("GA1234")] == [
            "hardware_token",
            "yubico_otp",
        ]


async def test_a_page_goes_on_where_the_last_one_ended(db: Store) -> None:
    """By serial, and every token once."""
    for at in range(5):
        await _added(db, HardwareToken("hardware_token", f"S{at}", "", {}, NOON))
    async with db.read() as unit:
        first = await unit.hardware_tokens.list(limit=3)
        rest = await unit.hardware_tokens.list(after=first[-1], limit=3)
    assert [one.serial for one in (*first, *rest)] == [f"S{at}" for at in range(5)]


async def test_who_takes_it_has_it_alone(db: Store) -> None:
    """Taken, its secret is gone from here, and nobody takes it again."""
    await _added(db)
    await _take(db, "ada")
    async with db.read() as unit:
        found = await unit.hardware_tokens.get(*NAME)
    assert found is not None
    assert (found.state, found.user, found.credential, found.assigned) == (None, "usr_ada", "crd_ada", NOON)
    with pytest.raises(Conflict):
        await _take(db, "bob", reserved=True)


async def test_two_stores_take_one_token(db: Store, rival: Store) -> None:
    """Of eight takers in two processes one gets it."""
    await _added(db)
    takers = [_take(store, f"{name}{at}") for at in range(4) for name, store in (("a", db), ("b", rival))]
    done = await asyncio.gather(*takers, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 7 + ["NoneType"]


def _authenticator(number: int = 1, **state: object) -> Credential:
    return credential(number, factor=TOKEN.factor, identifier=TOKEN.serial, state=state)


async def test_it_goes_with_its_authenticator(db: Store) -> None:
    """Whoever adds the authenticator takes the token; whoever removes it puts the token back where it stands."""
    await _added(db)
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.credentials.add(_authenticator(**WAITS))
        taken = await unit.hardware_tokens.get(*NAME)
        await unit.credentials.replace(_authenticator().id, version=1, state={"counter": 50}, used=NOON)
        await unit.credentials.remove(_authenticator().id)
        back = await unit.hardware_tokens.get(*NAME)
    assert taken is not None
    assert (taken.state, taken.credential) == (None, _authenticator().id)
    assert back is not None
    assert (back.state, back.reserved, back.user, back.credential) == ({"counter": 50}, True, None, None)


async def test_an_authenticator_that_is_restored_takes_its_token_along(db: Store) -> None:
    """Its owner took the removal back: the token is theirs as before, where it stood."""
    await _added(db)
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.credentials.add(_authenticator(**WAITS))
        await unit.credentials.remove(_authenticator().id)
        await unit.credentials.add(_authenticator(**WAITS))
        found = await unit.hardware_tokens.get(*NAME)
    assert found is not None
    assert (found.state, found.user, found.credential) == (None, user().id, _authenticator().id)


async def test_what_came_back_only_an_administrator_gives_away(db: Store) -> None:
    """Perhaps it was lost: nobody takes it by its serial; another authenticator does not put it back."""
    await _added(db)
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.credentials.add(_authenticator(**WAITS))
        assert not await unit.hardware_tokens.put_back(_authenticator(2, counter=0))
        await unit.credentials.remove(_authenticator().id)
    with pytest.raises(Conflict):
        await _take(db, "bob")
    await _take(db, "bob", reserved=True)


async def test_what_is_brought_back_must_stand_where_its_token_stands(db: Store) -> None:
    """An authenticator that somebody restores after its token was used by another is refused, and nothing changes."""
    await _added(db)
    async with db.work() as unit:
        await unit.users.add(user())
        with pytest.raises(Conflict):
            await unit.credentials.add(_authenticator(counter=3))
        assert await unit.credentials.get(_authenticator().id) is None
        assert await unit.hardware_tokens.get(*NAME) == TOKEN


async def test_an_authenticator_without_a_serial_touches_no_token(db: Store) -> None:
    """Most have none."""
    await _added(db)
    async with db.work() as unit:
        await unit.users.add(user())
        await unit.credentials.add(credential(identifier=None))
        await unit.credentials.remove(credential().id)
        assert await unit.hardware_tokens.get(*NAME) == TOKEN


async def test_it_can_be_forgotten(db: Store) -> None:
    """Removed once; the second time there is nothing."""
    await _added(db)
    async with db.work() as unit:
        assert await unit.hardware_tokens.remove(*NAME)
        assert not await unit.hardware_tokens.remove(*NAME)


async def test_the_owner_going_leaves_a_trace(db: Store) -> None:
    """An account that is removed does not set its token free: where the counter stands is not known any more."""
    person = user()
    await _added(db)
    async with db.work() as unit:
        await unit.users.add(person)
        await unit.hardware_tokens.take(
            NAME, user=person.id, credential=CredentialId("crd_ada"), at=NOON, reserved=False
        )
        await unit.users.remove(person.id)
        found = await unit.hardware_tokens.get(*NAME)
    assert found is not None
    assert (found.user, found.state) == (person.id, None)


async def test_secrets_are_sealed(store: Store, tmp_path: pathlib.Path) -> None:
    """A copy of the database file has no seed in it."""
    await _added(store)
    await store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("twogate.db*"))  # noqa: ASYNC240  # a test may wait
    assert b"GA1234" in written
    assert b"GEZDGNBVGY3TQOJQ" not in written
