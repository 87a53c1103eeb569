"""One edge agent as a process of its own: `python edge_process.py config.json`.

Decides nothing. It exists so that suites can kill an agent as a machine would, and so that neither the control plane
nor the load of a suite shares the agent's event loop. What happens is written to standard output, a line each.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from twogate.dataplane.agent import run_edge
from twogate.dataplane.edge_config import EdgeConfig, Milestone, StaleMode
from twogate.outside.clock import SystemClock
from twogate.terms.secret import Secret

_PATHS = ("directory", "run_directory", "control_socket", "certificate", "certificate_key", "traffic")


def read(text: str) -> EdgeConfig:
    """The configuration a suite has written."""
    raw: dict[str, Any] = json.loads(text)
    raw |= {name: Path(raw[name]) for name in _PATHS if raw.get(name)}
    raw["key"] = Secret(raw["key"])
    raw["stale_mode"] = StaleMode(raw.get("stale_mode", "serve"))
    return EdgeConfig(**raw, on_event=tell)


def tell(milestone: Milestone, detail: str) -> None:
    """Write a milestone for the suite."""
    print("@", milestone.value, detail, flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(run_edge(read(Path(sys.argv[1]).read_text()), SystemClock())))
