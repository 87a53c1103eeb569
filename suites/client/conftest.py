"""The whole product, clients of every kind, somebody with two factors, and a browser that runs no script."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from suites.echo import echo
from suites.running import Gate, environment, free_port, up
from suites.sign_in_pages.pages import Browser, Newcomer

from twogate_client import Code

POLICY = """
public_url = "{url}"
cors = ["http://localhost:SPA"]

[[upstream]]
name = "echo"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal1"

[[rule]]
match = ["/open/**"]
require = "none"

[[rule]]
match = ["/vault/**"]
require = "aal2"

[[rule]]
match = ["/safe/**"]
require = "aal2"
max_age = "3s"
"""
SETTINGS = """
[tokens]
access = 30
device = 120

[sign_in]
required_from = "2026-01-01"
grace = 5
"""
SCOPE = "openid profile orders:read"


@dataclass
class Somebody:
    """A person with two factors, and their browser, signed in."""

    gate: Gate
    browser: Browser
    who: Newcomer
    walked: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """What a browser does with an address: pages are filled in until they lead back to the program."""
        self.walked.append(address)
        self.browser.visit(address)
        self.prove()

    def prove(self) -> None:
        """Answer every page that asks for a proof."""
        assert self.browser.page is not None
        for _ in range(4):
            if "typed-secret" in self.browser.page.text:
                return
            text = self.browser.page.text.split("<details>")[0]
            if 'name="password"' in text:
                name = {"name": self.who.name} if 'name="name"' in text else {}
                self.browser.fill(password=self.who.password, **name)
            elif 'autocomplete="one-time-code"' in text:
                self.browser.fill(code=self.who.code())
            else:
                return

    def type(self, shown: Code) -> None:
        """Type a device's code where it says, and say yes."""
        self.browser.visit(shown.address)
        self.prove()
        self.browser.fill(code=shown.code)
        action, fields = next((a, f) for a, f in self.browser.forms() if a.endswith("/device/answer"))
        page = self.browser.visit(action, "POST", **fields | {"answer": "yes"})
        assert page.status_code == 200, page.text

    def type_later(self, shown: Code) -> None:
        """The same, while the program polls."""
        threading.Thread(target=self.type, args=(shown,), daemon=True).start()


@dataclass
class Hasty(Somebody):
    """Somebody new, who sets a second factor up only when there is no way around it."""

    def prove(self) -> None:
        super().prove()
        assert self.browser.page is not None
        if "typed-secret" not in self.browser.page.text:
            return
        later = next(((a, f) for a, f in self.browser.forms() if f.get("step") == "put_off"), None)
        if later is not None:
            self.browser.visit(later[0], "POST", **later[1])
            return
        self.who.seed = self.browser.seed
        self.browser.fill(code=self.who.code())
        self.who.codes = self.browser.codes
        self.browser.fill(code=self.who.codes[0])


@dataclass(frozen=True)
class House:
    """A running product and its clients."""

    gate: Gate
    secret: str  # of the service
    spa: int  # the port that the page of the browser app is served on

    def cli(self, place: Path, *arguments: str, given: str | None = None) -> subprocess.Popen[str]:
        """Begin a command of somebody who has nothing but the API's address."""
        extra = {"TWOGATE_CLIENT_HOME": str(place), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        return subprocess.Popen(
            [sys.executable, "-m", "twogate.cli.main", *arguments],
            env=environment(place / "none", extra),
            stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def _made(folder: Path) -> Iterator[House]:
    spa = free_port()
    with (
        echo() as upstream,
        up(folder, POLICY.replace("UPSTREAM", str(upstream)).replace("SPA", str(spa)), settings=SETTINGS) as gate,
    ):
        native = ("--kind", "native", "--redirect", "http://127.0.0.1/callback", "--scope", SCOPE)
        for name in ("twogate-cli", "desktop", "sensor", "agent"):
            _done(gate, "client", "add", name, "--id", name, *native)
        _done(gate, "client", "add", "phone", "--id", "phone", "--kind", "first_party", "--scope", SCOPE)
        page = f"http://localhost:{spa}/"
        _done(gate, "client", "add", "spa", "--id", "spa", "--kind", "browser", "--redirect", page, "--scope", SCOPE)
        made = gate.run("client", "add", "job", "--id", "job", "--kind", "service", "--scope", "orders:read", "--json")
        assert made.code == 0, made.err
        yield House(gate, made.json["secret"], spa)


def _done(gate: Gate, *arguments: str) -> None:
    done = gate.run(*arguments)
    assert done.code == 0, done.err


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    with TemporaryDirectory(prefix="tg-") as folder, _made(Path(folder)) as made:
        yield made


@pytest.fixture
def somebody(house: House, request: pytest.FixtureRequest) -> Iterator[Somebody]:
    """Somebody new, one for each test, who has set up an authenticator app."""
    name = request.node.name.partition("[")[0].removeprefix("test_")[:40]
    made = house.gate.run("user", "add", name, "--json")
    assert made.code == 0, made.err
    who = Newcomer(name, made.json["password"])
    with Browser(house.gate.url) as browser:
        browser.visit("/vault/1")  # which lets nobody put the second factor off
        browser.fill(name=who.name, password=who.password)
        who.seed = browser.seed
        browser.fill(code=who.code())
        who.codes = browser.codes
        browser.fill(code=who.codes[0])
        yield Somebody(house.gate, browser, who)
