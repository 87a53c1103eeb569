"""The whole product with an upstream, a person who signs in on one screen, and their phone in another browser."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Page, expect
from suites.browser import Windows
from suites.running import Gate, up

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:UPSTREAM"

[[rule]]
match = ["/**"]
require = "aal2"
"""
PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
SIX = re.compile(r"[0-9]{6}")
TITLE = "Prompt on your phone"


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"methods: {self.headers.get('x-auth-methods')}".encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="package")
def upstream() -> Iterator[int]:
    """The port of a server that says by which methods its caller proved themselves."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def gate(upstream: int) -> Iterator[Gate]:
    """`twogate up`, for the tests of this folder."""
    policy = POLICY.replace("UPSTREAM", str(upstream))
    with TemporaryDirectory(prefix="tg-") as folder, up(Path(folder), policy) as running:
        yield running


@dataclass
class Pair:
    """A desktop and a phone of one person, each with cookies and keys of its own."""

    name: str
    password: str
    desktop: Page
    phone: Page

    def sign_in(self) -> None:
        """Give name and password on the first screen."""
        self.desktop.goto("/orders")
        self.desktop.fill("#name", self.name)
        self.desktop.fill("#answer", self.password)
        self.desktop.press("#answer", "Enter")

    def connect(self) -> None:
        """Set the phone up as the first second factor: scan, type the number back, keep the codes."""
        self.sign_in()
        self.desktop.get_by_role("button", name=TITLE).click()
        self.desktop.wait_for_selector(".qr")
        link = self.desktop.locator("a[href*='/.twogate/phone#']").get_attribute("href")
        assert link is not None
        self.phone.goto(link)
        shown = self.phone.locator("[data-slot='pairing-code']")
        expect(shown).to_have_text(SIX)
        self.desktop.fill("#answer", shown.inner_text())
        self.desktop.press("#answer", "Enter")
        codes = self.desktop.locator(".codes li").all_inner_texts()
        self.desktop.fill("#answer", codes[0])
        self.desktop.press("#answer", "Enter")
        self.desktop.wait_for_url("**/orders")
        expect(self.phone.locator("[data-part='nothing']")).to_be_visible()

    def start_over(self) -> None:
        """Sign in anew on the first screen, up to the number."""
        self.desktop.context.clear_cookies()
        self.sign_in()
        self.desktop.locator("form[action*='sign-in'] button.full").first.click()
        self.desktop.wait_for_selector(".shown-code")

    @property
    def number(self) -> str:
        """What the first screen shows."""
        return self.desktop.locator(".shown-code").inner_text()

    def answer(self, decision: str, code: str = "") -> None:
        """Answer on the phone."""
        prompt = self.phone.locator("#prompts form")
        expect(prompt).to_be_visible()
        if code:
            prompt.locator("input[name='code']").fill(code)
        prompt.locator(f"button[value='{decision}']").click()


@pytest.fixture
def pair(gate: Gate, open_page: Windows, request: pytest.FixtureRequest) -> Pair:
    """Somebody new, with two browsers."""
    return make_pair(gate, open_page)(request.node.name.removeprefix("test_")[:40])


def make_pair(gate: Gate, open_page: Windows) -> Callable[[str], Pair]:
    """Makes people with two browsers."""

    def make(name: str) -> Pair:
        made = gate.run("user", "add", name, "--json")
        assert made.code == 0, made.err
        return Pair(name, made.json["password"], open_page(gate.url), open_page(gate.url, **PHONE))

    return make
