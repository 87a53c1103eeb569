"""One gateway for each file: something open, something that needs a sign-in, something that needs two factors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from suites.agreement.wire import Wire
from suites.gateway.rig import Gateway, running

POLICY = """\
public_url = "http://127.0.0.1:{port}"
cors = ["https://app.example.test"]

[[upstream]]
name = "api"
url = "http://127.0.0.1:{upstream}"

[[rule]]
name = "public"
match = ["GET /public/**", "HEAD /public/**", "POST /public/**", "OPTIONS /public/**"]
require = "none"

[[rule]]
name = "admin"
match = "/admin/**"
require = "aal2"
max_age = "10m"

[[rule]]
name = "delete"
match = "DELETE /things/**"
require = "aal2"

[[rule]]
name = "things"
match = "/things/**"

[[rule]]
name = "inside"
match = "/inside/**"
require = "none"
networks = ["10.0.0.0/8"]
"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """The gateway, an upstream that remembers what it heard, a control plane that does the same."""
    directory: Path = tmp_path_factory.mktemp("gw")
    with running(directory, POLICY) as running_gateway:
        yield running_gateway


@pytest.fixture
def wire(gateway: Gateway) -> Iterator[Wire]:
    """Raw bytes to the gateway; what its servers heard before is forgotten."""
    gateway.upstream.heard.clear()
    gateway.control.heard.clear()
    connection = Wire(gateway.port)
    yield connection
    connection.close()
