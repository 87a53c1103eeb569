"""The whole product, and authenticators that Chromium itself plays (Chrome DevTools Protocol, domain WebAuthn)."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page
from suites.running import Gate, up

from twogate.outside.clock import SystemClock

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://localhost:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal1"

[[rule]]
match = ["/vault/**"]
require = "phr"
max_age = "5s"
"""
INTERNAL = {  # a phone or laptop: resident, checks its owner
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
STICK = {  # an old key at the USB port: a touch and no more
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


class _Echo(BaseHTTPRequestHandler):
    """Says which headers it was sent, or shows a page of its own."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        told = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        page = b"<!doctype html><title>Elsewhere</title>" if self.path == "/elsewhere" else told
        self.send_response(200)
        self.send_header("content-type", "text/html" if self.path == "/elsewhere" else "application/json")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """The gateway may close a connection that it does not need."""


@pytest.fixture(scope="package")
def upstream() -> Iterator[int]:
    """The port of a server that answers with what it was sent; also another origin of the same host."""
    server = _Quiet(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def gate(upstream: int) -> Iterator[Gate]:
    """`twogate up`, for the tests of this folder."""
    with (
        TemporaryDirectory(prefix="tg-") as folder,
        up(Path(folder), POLICY.replace("UPSTREAM", str(upstream))) as running,
    ):
        yield running


@dataclass
class Authenticator:
    """One authenticator of one window."""

    session: CDPSession
    id: str

    def credentials(self) -> list[dict[str, Any]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def put(self, credential: dict[str, Any]) -> None:
        self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def verifies(self, *, owner: bool) -> None:
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": owner})

    def unplug(self) -> None:
        self.session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.id})


def plug_in(page: Page, options: dict[str, Any]) -> Authenticator:
    """Give the window an authenticator."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(session, made["authenticatorId"])


@dataclass
class Person:
    """Somebody with an account."""

    name: str
    password: str
    codes: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def person(gate: Gate) -> Callable[[str], Person]:
    """Makes an account."""

    def make(name: str) -> Person:
        made = gate.run("user", "add", name, "--json")
        assert made.code == 0, made.err
        return Person(name, made.json["password"])

    return make


def give_password(page: Page, somebody: Person) -> None:
    page.fill("#name", somebody.name)
    page.fill("#answer", somebody.password)
    page.press("#answer", "Enter")


def set_up_first(page: Page, somebody: Person) -> None:
    """Sign in for the first time with a passkey as the second factor; keep the recovery codes."""
    give_password(page, somebody)
    page.wait_for_selector("form[data-offer], form:has(input[name=factor][value=webauthn])")
    if page.locator("form[data-offer][data-factor=webauthn]").count() == 0:
        page.locator("form:has(input[name=factor][value=webauthn]) button").click()
    page.locator("form[data-offer][data-factor=webauthn] button").click()
    page.wait_for_selector(".codes")
    somebody.codes = page.locator(".codes li").all_inner_texts()
    page.fill("#answer", somebody.codes[0])
    page.press("#answer", "Enter")
    page.wait_for_url(re.compile("/account"))


@dataclass
class Passkey:
    """A credential that moves from window to window, as a synced passkey or a key on a ring does."""

    owner: Person
    credential: dict[str, Any]
    counter: Iterator[int] = field(default_factory=lambda: count(100, 10))

    def plug_in(self, page: Page, *, roaming: bool = False, **options: Any) -> Authenticator:
        """Give the window an authenticator that holds it."""
        kind = {**INTERNAL, "transport": "usb"} if roaming else INTERNAL
        key = plug_in(page, {**kind, **options})
        key.put({**self.credential, "signCount": next(self.counter)})
        return key


@pytest.fixture(scope="module")
def ann(chromium: Browser, gate: Gate, person: Callable[[str], Person]) -> Passkey:
    """Somebody whose second factor is a resident passkey that checks its owner."""
    somebody = person("ann")
    page = chromium.new_context(base_url=gate.url).new_page()
    page.goto("/.twogate/sign-in")
    key = plug_in(page, INTERNAL)
    set_up_first(page, somebody)
    made = Passkey(somebody, key.credentials()[0])
    page.context.close()
    return made


def use_passkey(page: Page) -> None:
    """Press the button that asks for a passkey, opening its part of the page where it is folded."""
    form = page.locator("form[data-question][data-factor=webauthn]")
    if not form.locator("button").is_visible():
        page.locator("details:has(form[data-factor=webauthn]) summary").click()
    form.locator("button").click()


def wait(seconds: float) -> None:
    """Let time pass, as the product measures it."""
    end = SystemClock().now().plus(seconds)
    while SystemClock().now() < end:
        threading.Event().wait(0.05)
