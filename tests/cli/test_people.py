"""The errands around people, as a command opens them."""

from pathlib import Path

import pytest
from tests.ports import NOON

from twogate.cli.failures import CommandFailed
from twogate.cli.installed import existing
from twogate.cli.people import open_desk
from twogate.terms.verdict import Passed

POLICY = """
public_url = "https://api.example.com"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:9"

[[rule]]
match = ["/**"]
require = "aal1"
"""


async def test_somebody_is_found_by_name_or_id(data: Path) -> None:
    """The name in any case, the id as it is; nobody else."""
    async with open_desk(existing(data)) as desk:
        made = await desk.people.add("alice", display_name="", email="", password=None, actor="cli:test")
        assert isinstance(made, Passed)
        for name in ("alice", "ALICE", made.value.user.id):
            assert (await desk.find(name)).id == made.value.user.id
        with pytest.raises(CommandFailed, match="nobody is called bob"):
            await desk.find("bob")


async def test_factors_made_for_an_address_are_known(data: Path) -> None:
    """As soon as a policy names the address: an administrator sees and unlocks passkeys and prompts as well."""
    found = existing(data)
    async with open_desk(found) as desk, desk.store.work() as unit:
        await unit.policies.publish(POLICY, at=NOON, by="test")
    async with open_desk(found) as desk:
        names = {factor.name for factor in desk.people._registry.factors}
    assert {"webauthn", "push"} <= names
