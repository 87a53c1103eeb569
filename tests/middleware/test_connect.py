"""What an application says about its node."""

from pathlib import Path

from tests.dataplane.decision.known import asked
from tests.dataplane.decision.test_judge import verdict

from twogate.dataplane.edge_config import StaleMode
from twogate.middleware.connect import connect


async def test_a_connected_node_refuses_when_stale_and_before_it_has_begun(tmp_path: Path) -> None:
    """An application inside which nobody knows the policy lets nobody in."""
    node = connect("https://control.example:9443", key="tg_edge_x", directory=tmp_path / "n", stale_after=60)
    assert node.config.stale_mode is StaleMode.REFUSE
    assert (node.config.stale_after, node.config.control_url) == (60, "https://control.example:9443")
    assert verdict(node, asked("/public/x")) == "gateway_stale"
    await node.control.close()
