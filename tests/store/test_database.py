"""Which database an address names."""

import pytest

from twogate.store.database import database
from twogate.store.postgresql import PostgresqlDatabase
from twogate.store.sqlite import SqliteDatabase


async def test_the_address_says_which(tmp_path: object) -> None:
    """SQLite and PostgreSQL, each by its scheme."""
    for address, kind in ((f"sqlite:///{tmp_path}/x.db", SqliteDatabase), ("postgresql://h/d", PostgresqlDatabase)):
        opened = database(address)
        assert isinstance(opened, kind)
        await opened.close()


@pytest.mark.parametrize("address", ["", "twogate.db", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "://"])
def test_other_addresses_are_refused(address: str) -> None:
    """With a sentence that says which ones work."""
    with pytest.raises(ValueError, match=r"sqlite:///path"):
        database(address)
