"""The publisher as a command opens it."""

from pathlib import Path

from twogate.cli.installed import existing
from twogate.cli.published import open_publisher
from twogate.services.publish_policy import Published


async def test_what_one_command_publishes_the_next_one_finds(data: Path) -> None:
    """Each command opens the database anew and sees what was committed before."""
    found = existing(data)
    text = found.paths.policy.read_text()
    async with open_publisher(found) as publisher:
        assert isinstance(await publisher.publish(text, by="cli:test"), Published)
    async with open_publisher(found) as publisher:
        current = await publisher.current()
    assert current is not None
    assert (current.version, current.toml, current.by) == (1, text, "cli:test")
