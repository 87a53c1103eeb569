"""Debian's Chromium, headless, for suites: windows with a language, a colour scheme, a size; no fault goes unseen.

Decides how a browser is started and what a test fails by without asking: a broken Content-Security-Policy, an error in
a script, a page that axe objects to. A suite takes the fixtures from ``suites/conftest.py`` by their names:

    def test_it(open_page, gate):
        page = open_page(gate.url, locale="de-DE", dark=True, width=320)

``chromium`` lives as long as one test file: Playwright's event loop must be gone when a file with tests of asyncio
begins, so no file may use both.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

_FLAGS = ("--disable-dev-shm-usage", "--disable-gpu")
_PATIENCE = 15_000.0  # milliseconds; two cores do other things as well
_ANSWERED = "Failed to load resource: the server responded with a status of 4"  # a refusal is no fault of the page


@dataclass
class Windows:
    """Opens windows. Each has cookies of its own; ``page.context.new_page()`` opens another one that shares them."""

    browser: Browser
    troubles: list[str] = field(default_factory=list)  # a test that provokes one takes it out of here
    opened: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        url: str = "",
        *,
        locale: str = "en-GB",
        dark: bool = False,
        width: int = 1280,
        height: int = 800,
        javascript: bool = True,
        **more: Any,
    ) -> Page:
        """Open a window on ``url``, which relative addresses count from as well; ``more`` is Playwright's own."""
        context = self.browser.new_context(
            base_url=url or None,
            locale=locale,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            **{"reduced_motion": "reduce", **more},  # what fades from one colour to another has neither
        )
        context.set_default_timeout(_PATIENCE)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        self.opened.append(context)
        page = context.new_page()
        if url:
            page.goto(url)
        return page

    def close(self) -> None:
        for context in self.opened:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_ANSWERED):
            self.troubles.append(f"console: {message.text}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser itself, for the tests of one file."""
    found = shutil.which("chromium")
    assert found, "Debian's Chromium is needed. Run:  sudo apt-get install chromium"
    flags = [*_FLAGS, *(("--no-sandbox",) if os.geteuid() == 0 else ())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Windows]:
    """Opens windows; the test fails if any of them had an error in a script or against the security policy."""
    windows = Windows(chromium)
    yield windows
    windows.close()
    assert windows.troubles == []


def objections(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands; every rule that it has."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((all) => all.violations)")
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
