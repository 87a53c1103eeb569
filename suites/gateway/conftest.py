"""One gateway for each file, with a rule of every kind that a caller can run into."""

from collections.abc import Iterator

import pytest
from suites.gateway.rig import Gateway, echo, running

APP = "https://app.example.test"

POLICY = f"""\
public_url = "http://127.0.0.1:{{port}}"
cors = ["{APP}"]

[[upstream]]
name = "api"
url = "http://127.0.0.1:{{upstream}}"

[[upstream]]
name = "dead"
url = "http://127.0.0.1:9"

[[rule]]
name = "public"
match = "/public/**"
require = "none"
upstream = "api"

[[rule]]
name = "things"
match = "/things/**"
require = "aal1"
upstream = "api"

[[rule]]
name = "admin"
match = "/admin/**"
require = "aal2"
max_age = "5m"
upstream = "api"

[[rule]]
name = "scoped"
match = "/scoped/**"
require = "aal1"
scopes = ["reports:read"]
upstream = "api"

[[rule]]
name = "limited"
match = "/limited/**"
require = "aal1"
quota = ["2/minute", "100/day"]
upstream = "api"

[[rule]]
name = "open-limited"
match = "/open/**"
require = "none"
quota = "1/hour"
upstream = "api"

[[rule]]
name = "forwarding"
match = "/forwarding/**"
require = "aal1"
forward_credential = true
upstream = "api"

[[rule]]
name = "dead"
match = "/dead/**"
require = "none"
upstream = "dead"
"""


@pytest.fixture(scope="module")
def running_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with running(tmp_path_factory.mktemp("gw"), POLICY) as started:
        yield started


@pytest.fixture
def gateway(running_gateway: Gateway) -> Iterator[Gateway]:
    """The gateway, and nothing heard yet."""
    for server in (running_gateway.upstream, running_gateway.control):
        server.heard.clear()
    yield running_gateway
    for server in (running_gateway.upstream, running_gateway.control):
        server.answer = echo
