"""The publisher of policies as a command opens it.

Decides nothing; it keeps opening and closing of the database in one place.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from twogate.cli.database import opened
from twogate.outside.clock import SystemClock
from twogate.services.publish_policy import PublishPolicy
from twogate.settings.installation import Installation


@asynccontextmanager
async def open_publisher(found: Installation) -> AsyncIterator[PublishPolicy]:
    """Open the database for one errand."""
    async with opened(found) as store:
        yield PublishPolicy(store, SystemClock())
