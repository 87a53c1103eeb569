"""The whole product for the portal's suite, and people who use it in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Page
from suites.running import Gate, up
from suites.sign_in_pages.pages import Newcomer

POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:9"

[[rule]]
match = ["/**"]
require = "aal1"
"""


@pytest.fixture(scope="package")
def gate() -> Iterator[Gate]:
    """`twogate up`, for the tests of this folder."""
    with TemporaryDirectory(prefix="tg-") as folder, up(Path(folder), POLICY) as running:
        yield running


@pytest.fixture(scope="package")
def person(gate: Gate) -> Callable[[str], Newcomer]:
    """Makes an account."""

    def make(name: str) -> Newcomer:
        made = gate.run("user", "add", name, "--json")
        assert made.code == 0, made.err
        return Newcomer(name, made.json["password"])

    return make


def set_up(page: Page, somebody: Newcomer) -> None:
    """Sign in for the first time, from the sign-in page on: password, app, recovery codes."""
    page.fill("#name", somebody.name)
    page.fill("#answer", somebody.password)
    page.press("#answer", "Enter")
    page.wait_for_selector(".qr, .choices, .ways")
    choose_app(page)
    somebody.seed = read_seed(page)
    page.fill("#answer", somebody.code())
    page.press("#answer", "Enter")
    page.wait_for_selector(".codes")
    somebody.codes = page.locator(".codes li").all_inner_texts()
    page.fill("#answer", somebody.codes[0])
    page.press("#answer", "Enter")
    page.wait_for_url("**/account**")


def choose_app(page: Page) -> None:
    """Where another factor is offered first, take the app instead."""
    if page.locator(".qr").count() == 0:
        page.locator("form:has(input[name=factor][value=totp]) button").click()
        page.wait_for_selector(".qr")


def read_seed(page: Page) -> str:
    return re.sub(r"\s", "", page.locator(".typed-secret").text_content() or "")


def sign_in(page: Page, somebody: Newcomer) -> None:
    """Sign in with password and app."""
    page.fill("#name", somebody.name)
    page.fill("#answer", somebody.password)
    page.press("#answer", "Enter")
    page.wait_for_selector("input.code")
    field = page.locator("form:has(input[name=factor][value=totp]) input.code")
    if not field.is_visible():
        page.locator("details:has(input[name=factor][value=totp]) summary").click()
    field.fill(somebody.code())
    field.press("Enter")
    page.wait_for_url("**/account**")
