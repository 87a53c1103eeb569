"""What an edge agent says of itself on disk, for ``doctor`` and for its own next start.

Decides the shape of ``status.json``. Nothing in it is secret.
"""

import json
from pathlib import Path
from typing import Any

from twogate.dataplane.files import write_private
from twogate.terms.instant import Instant

NAME = "status.json"


def write_status(directory: Path, facts: dict[str, Any]) -> None:
    """Write the facts; ``heard`` is when the control plane last answered."""
    write_private(directory / NAME, json.dumps(facts))


def read_status(directory: Path) -> dict[str, Any]:
    """The facts last written; empty when there are none."""
    try:
        facts = json.loads((directory / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def last_heard(directory: Path) -> Instant | None:
    """When this edge last heard the control plane, in an earlier life."""
    heard = read_status(directory).get("heard")
    return Instant(heard) if isinstance(heard, int) else None
