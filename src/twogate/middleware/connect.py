"""A node inside an application: which control plane it follows, and under which key.

Decides the few things that an application says; everything else is as ``dataplane.edge_config`` has it.
"""

from pathlib import Path

from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.edge_config import EdgeConfig, StaleMode
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.terms.secret import Secret


def connect(
    control: str,
    *,
    key: str,
    directory: str | Path,
    control_socket: str | Path | None = None,
    control_ca: str = "",
    hosts: tuple[str, ...] = (),
    stale_after: float = 300.0,
) -> DecisionNode:
    """Make a node for this process; it begins with the application.

    ``control`` is the control plane's address, ``key`` an edge key (``twogate edge-key add NAME``) that no other node
    uses, ``directory`` a place for what is known, of this process alone. Out of touch for ``stale_after`` seconds, it
    refuses whatever needs a credential.
    """
    place = Path(directory).absolute()
    config = EdgeConfig(
        directory=place,
        run_directory=place,
        key=Secret(key),
        control_url=control,
        control_socket=Path(control_socket) if control_socket else None,
        control_ca_file=control_ca,
        hosts=hosts,
        stale_after=stale_after,
        stale_mode=StaleMode.REFUSE,
    )
    return DecisionNode(config, clock=SystemClock(), entropy=SystemEntropy())
