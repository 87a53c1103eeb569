"""Where a command looks for the policy."""

from pathlib import Path

import pytest
from tests.ports import NOON

from twogate.cli.audience import policy_in_force
from twogate.cli.failures import CommandFailed
from twogate.cli.installed import existing
from twogate.store.unit import Store


async def test_what_is_published_wins_over_the_file(data: Path, store: Store) -> None:
    """Before anything was published the file counts; afterwards the file may say what it likes."""
    found = existing(data)
    text = found.paths.policy.read_text()
    assert (await policy_in_force(found, store)).public_url == "http://localhost:8080"
    async with store.work() as unit:
        await unit.policies.publish(text.replace("localhost:8080", "localhost:9999"), at=NOON, by="test")
    assert (await policy_in_force(found, store)).public_url == "http://localhost:9999"


async def test_a_file_with_mistakes_is_no_audience(data: Path, store: Store) -> None:
    """Tokens are not made for an audience that was never read properly."""
    found = existing(data)
    found.paths.policy.write_text("nonsense")
    with pytest.raises(CommandFailed):
        await policy_in_force(found, store)
