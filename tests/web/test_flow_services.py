"""The errands around factors, put together."""

from tests.web.house import House
from tests.web.rescue import settings

from twogate.web.flow_services import flow_services


async def test_links_follow_the_policy_in_force(house: House) -> None:
    """Errands are put together once; the public address is asked each time, because a policy may change it."""
    deps, asked = house.deps, []
    flows = flow_services(
        settings(),
        deps.store,
        clock=deps.clock,
        entropy=deps.entropy,
        authenticators=deps.authenticators,
        public_url=lambda: asked.append("asked") or "https://new.example",  # type: ignore[func-returns-value]
    )
    assert asked == []
    assert flows.recover._public_url() == "https://new.example"
    assert flows.help_desk._public_url() == "https://new.example"
