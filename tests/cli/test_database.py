"""The database as a command opens it."""

import contextlib
from pathlib import Path

import pytest

from twogate.cli.database import opened
from twogate.cli.installed import existing
from twogate.store.unit import Store


async def test_it_is_closed_whatever_happens(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside closes the store once, and another command opens the same file."""
    closed = []
    close = Store.close

    async def watched(store: Store) -> None:
        closed.append(store)
        await close(store)

    monkeypatch.setattr(Store, "close", watched)
    with contextlib.suppress(LookupError):
        async with opened(existing(data)) as store:
            raise LookupError
    assert closed == [store]
    async with opened(existing(data)) as again:
        assert await again.healthy()
