"""A node that knows a policy, keys and changes without having asked anybody, and questions for it."""

from collections.abc import Sequence
from pathlib import Path

from suites.agreement.credentials import VERIFICATION, Credentials
from suites.forward_auth.feed import changes_of
from tests.rules.policy.drafts import toml

from twogate.dataplane.decision.meaning import InForce
from twogate.dataplane.decision.node import DecisionNode
from twogate.dataplane.edge_config import EdgeConfig
from twogate.outside.clock import SystemClock
from twogate.outside.entropy import SystemEntropy
from twogate.rules.forward_auth.proxies import Asked
from twogate.rules.haproxy import maps
from twogate.rules.policy.model import Policy
from twogate.rules.policy.parse import parse
from twogate.terms.changes import Change, Snapshot
from twogate.terms.secret import Secret

HOST = "api.example.com"
PUBLIC_URL = f"http://{HOST}"
APP = "https://app.example.com"
POLICY = toml(
    [
        {"name": "open", "match": "/public/**", "require": "none"},
        {"name": "orders", "match": "/v1/orders/**"},
        {"name": "two", "match": "/v1/two", "require": "aal2", "max_age": "5m"},
        {"name": "read", "match": "/v1/read", "scopes": ["read"]},
        {"name": "rare", "match": "/v1/rare", "quota": "2/day"},
        {"name": "with", "match": "/v1/with-token", "forward_credential": True},
    ],
    public_url=PUBLIC_URL,
    cors=[APP],
)


def config(folder: Path, **changes: object) -> EdgeConfig:
    """A node's configuration; nobody listens at its control plane."""
    told: dict[str, object] = {
        "directory": folder / "node",
        "run_directory": folder,
        "key": Secret("tg_edge_test"),
        "control_socket": folder / "nobody.sock",
        "control_patience": 0.2,
        "poll_wait": 2.0,
    }
    return EdgeConfig(**(told | changes))  # type: ignore[arg-type]


def known_node(
    folder: Path, *, credentials: Credentials | None = None, policy: str = POLICY, more: Sequence[Change] = ()
) -> DecisionNode:
    """A node that can judge."""
    node = DecisionNode(config(folder), clock=SystemClock(), entropy=SystemEntropy())
    found = parse(policy)
    assert isinstance(found, Policy), found
    runtime = credentials.runtime_maps if credentials else {}
    blocked = {maps.ADDRESSES: f"192.0.2.66/32 {maps.BLOCKED}\n"}
    node.memory.recall(Snapshot(0, 0, "", (), ()), (*changes_of(runtime | blocked), *more))
    node.meaning.now = InForce.of(found, VERIFICATION)
    return node


def asked(target: str, *lines: str, method: str = "GET", host: str = HOST, address: str = "192.0.2.7") -> Asked:
    """A question about a request with these header lines."""
    return Asked(method, target, host, address, headers(*lines))


def headers(*lines: str) -> list[tuple[bytes, bytes]]:
    """Header lines as a server tells them."""
    pairs = (line.partition(":") for line in lines)
    return [(name.strip().lower().encode("latin-1"), value.strip().encode("latin-1")) for name, _, value in pairs]
