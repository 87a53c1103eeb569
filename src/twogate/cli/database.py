"""The database as a command opens it: directly, so that it works whether the control plane runs or not.

Decides that every command leaves it closed. In a file of its own, because loading SQLAlchemy takes time that
``--help`` should not.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from twogate.outside.entropy import SystemEntropy
from twogate.settings.installation import Installation
from twogate.store.unit import Store


@asynccontextmanager
async def opened(found: Installation) -> AsyncIterator[Store]:
    """Open the database, and close it whatever happens."""
    store = await Store.open(found.database_url, master_key=found.master_key(), entropy=SystemEntropy())
    try:
        yield store
    finally:
        await store.close()
