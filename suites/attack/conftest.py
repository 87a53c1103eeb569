"""The whole product in front of an upstream that says what it was sent, for somebody who means harm."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from suites.agreement.wire import Wire
from suites.gateway.rig import Server
from suites.running import Gate, up
from suites.sign_in_pages.pages import Browser, Newcomer

POLICY = """
public_url = "{url}"
cors = ["https://app.example.test"]

[[upstream]]
name = "shop"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal1"

[[rule]]
match = ["/vault/**"]
require = "aal2"

[[rule]]
match = ["/open/**"]
require = "none"
"""


@pytest.fixture(scope="package")
def upstream() -> Iterator[Server]:
    """A server that answers with what it was sent."""
    with Server() as server:
        yield server


@pytest.fixture(scope="package")
def gate(upstream: Server) -> Iterator[Gate]:
    """`twogate up`, for all attacks."""
    with (
        TemporaryDirectory(prefix="tg-") as folder,
        up(Path(folder), POLICY.replace("UPSTREAM", str(upstream.port))) as running,
    ):
        yield running


@pytest.fixture
def wire(gate: Gate) -> Iterator[Wire]:
    """Raw bytes to the gateway."""
    connection = Wire(gate.port)
    yield connection
    connection.close()


@pytest.fixture(scope="package")
def api_token(gate: Gate) -> str:
    """An API token of a person, worth aal1."""
    return gate.token()


@pytest.fixture(scope="package")
def victim(gate: Gate) -> Iterator[Browser]:
    """The browser of somebody who is signed in with two factors."""
    made = gate.run("user", "add", "victim", "--json")
    assert made.code == 0, made.err
    with Browser(gate.url) as browser:
        browser.visit("/.twogate/sign-in")
        browser.fill(name="victim", password=made.json["password"])
        victim = Newcomer("victim", made.json["password"], browser.seed)
        browser.fill(code=victim.code())
        browser.fill(code=browser.codes[0])
        assert browser.cookie("twogate-session")
        yield browser


@pytest.fixture
def newcomer(gate: Gate, request: pytest.FixtureRequest) -> Newcomer:
    """Somebody whose account was just made, one for each test."""
    name = request.node.name.removeprefix("test_")[:40]
    made = gate.run("user", "add", name, "--json")
    assert made.code == 0, made.err
    return Newcomer(name, made.json["password"])
