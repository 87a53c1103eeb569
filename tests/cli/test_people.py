"""The errands around people, as a command opens them."""

from pathlib import Path

import pytest

from twogate.cli.failures import CommandFailed
from twogate.cli.installed import existing
from twogate.cli.people import open_desk
from twogate.terms.verdict import Passed


async def test_somebody_is_found_by_name_or_id(data: Path) -> None:
    """The name in any case, the id as it is; nobody else."""
    async with open_desk(existing(data)) as desk:
        made = await desk.people.add("alice", display_name="", email="", password=None, actor="cli:test")
        assert isinstance(made, Passed)
        for name in ("alice", "ALICE", made.value.user.id):
            assert (await desk.find(name)).id == made.value.user.id
        with pytest.raises(CommandFailed, match="nobody is called bob"):
            await desk.find("bob")
