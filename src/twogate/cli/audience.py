"""For whom tokens are: the public URL of the policy in force, or of the policy file before anything was published.

Decides where a command looks for it.
"""

from twogate.cli.policy_file import read_policy, usable
from twogate.rules.policy.check import check
from twogate.rules.policy.model import Policy
from twogate.settings.installation import Installation
from twogate.store.unit import Store


async def policy_in_force(found: Installation, store: Store) -> Policy:
    """Return the published policy, else the one in the data directory."""
    async with store.read() as unit:
        current = await unit.policies.current()
    if current is None:
        return read_policy(found.paths.policy)
    return usable(check(current.toml), f"policy version {current.version}")
