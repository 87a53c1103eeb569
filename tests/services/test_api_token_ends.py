"""Revoking somebody's API tokens: all of them, or those made lately; the gateways are told of each."""

from tests.ports import NOON
from tests.store.records import ANN, api_token, user

from twogate.services.api_token_ends import end_tokens
from twogate.store.unit import Store
from twogate.terms.changes import ChangeKind
from twogate.terms.events import Event
from twogate.terms.instant import Instant

LATER = NOON.plus(100)


async def _ended(store: Store, made_since: Instant | None) -> tuple[int | None, list[str]]:
    async with store.work() as unit:
        await unit.users.add(user())
        for number in (1, 2, 3):
            await unit.api_tokens.add(api_token(number))  # made a second after one another
        change = await end_tokens(unit, ANN, actor="undo", at=LATER, made_since=made_since)
        assert await end_tokens(unit, ANN, actor="undo", at=LATER, made_since=made_since) is None
    async with store.read() as unit:
        told = [one.key for one in await unit.feed.after(0) if one.kind is ChangeKind.API_TOKEN_REMOVED]
        revoked = [row for row in await unit.audit.list() if row.event == Event.API_TOKEN_REVOKED]
    assert len(revoked) == len(told)
    return change, sorted(told)


async def test_all_of_them_end(store: Store) -> None:
    """Each once, and the last change is what one waits for."""
    change, told = await _ended(store, None)
    assert told == ["digest-1", "digest-2", "digest-3"]
    assert change == 3


async def test_only_those_made_lately_end(store: Store) -> None:
    """Older ones stay."""
    _, told = await _ended(store, NOON.plus(2))
    assert told == ["digest-2", "digest-3"]
