"""The whole product with tokens in a drawer, and a validation server that vouches for YubiKeys from elsewhere."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from suites.echo import echo
from suites.running import Gate, up
from suites.sign_in_pages.pages import Browser
from tests.outside.validation_server import Asked, validation_server
from tests.rules.factors.yubikeys import YubiKey, signed

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal2"
"""
SETTINGS = """
[hardware_tokens]
claims = true

[yubico]
client = "4711"
key = "KEY"
servers = ["SERVER"]
"""
API_KEY = b"a key of twenty byte"


@dataclass
class Yubico:
    """The keys that the server knows, and whether it answers at all."""

    touched: dict[str, YubiKey] = field(default_factory=dict)
    away: bool = False

    def touch(self, key: YubiKey) -> str:
        typed = key.touch().text()
        self.touched[typed] = key
        return typed

    def reply(self, asked: Asked) -> tuple[int, bytes]:
        if self.away:
            return 503, b""
        key = self.touched.get(asked["otp"])
        counters = {"sessioncounter": str(key.counter), "sessionuse": str(key.use)} if key else {}
        status = "OK" if key else "BAD_OTP"
        return 200, signed({"otp": asked["otp"], "nonce": asked["nonce"], "status": status, **counters}, API_KEY)


@pytest.fixture(scope="package")
def yubico() -> Yubico:
    return Yubico()


@pytest.fixture(scope="package")
def gate(yubico: Yubico) -> Iterator[Gate]:
    """`twogate up`, for the tests of one file."""
    key = base64.b64encode(API_KEY).decode()
    with echo() as upstream, TemporaryDirectory(prefix="tg-") as folder, validation_server(yubico.reply) as server:
        settings = SETTINGS.replace("KEY", key).replace("SERVER", server.url)
        with up(Path(folder), POLICY.replace("UPSTREAM", str(upstream)), settings=settings) as running:
            yield running


@dataclass
class Somebody:
    """A person with a new account and a browser of their own."""

    gate: Gate
    name: str
    password: str
    secrets: set[str] = field(default_factory=set)

    def sign_in(self, browser: Browser, code: str) -> int:
        """Password and code in a browser; the status of the page they arrive at."""
        browser.visit("/orders")
        browser.fill(name=self.name, password=self.password)
        return browser.fill(code=code).status_code

    def arrives(self, code: str) -> bool:
        """Whether a code gets them in, in a browser nobody knows."""
        with Browser(self.gate.url) as browser:
            status = self.sign_in(browser, code)
            assert browser.page is not None
            return status == 200 and "x-auth-subject" in browser.page.text

    def begin_set_up(self, browser: Browser, factor: str) -> None:
        """Their first sign-in, up to the page that sets this factor up."""
        browser.visit("/orders")
        browser.fill(name=self.name, password=self.password)
        action, form = next(found for found in browser.forms() if found[1].get("factor") == factor)
        browser.visit(action, "POST", **form)


@pytest.fixture
def somebody(gate: Gate, request: pytest.FixtureRequest) -> Somebody:
    """Somebody whose account was just made, one for each test."""
    name = request.node.name.removeprefix("test_")[:40]
    made = gate.run("user", "add", name, "--json")
    assert made.code == 0, made.err
    return Somebody(gate, name, made.json["password"])
