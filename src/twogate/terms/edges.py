"""A gateway node as the control plane sees it."""

from dataclasses import dataclass

from twogate.terms.ids import EdgeId
from twogate.terms.instant import Instant


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge agent: where it stands in the change feed and when it was last heard."""

    id: EdgeId
    name: str
    key_digest: str  # sha256 of its key
    created: Instant
    position: int = 0  # the change it has applied up to
    seen: Instant | None = None
    policy_version: int = 0
    fault: str = ""  # why it could not apply something; empty = well
