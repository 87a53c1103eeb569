"""The pages of a recovery, of the first administrator and of grace, in a real browser, by keyboard."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Page, expect
from suites.browser import Windows
from suites.messages.post_office import MailRoom, PostOffice
from suites.pictures import check
from suites.recovery.conftest import SETTINGS
from suites.running import Gate, up
from suites.sign_in_pages.pages import Newcomer

pytestmark = [pytest.mark.xdist_group("recovery_pages"), pytest.mark.slow]  # one running product for this file
POLICY = """
public_url = "{url}"

[[upstream]]
name = "shop"
url = "http://127.0.0.1:9"

[[rule]]
match = ["/**"]
require = "aal1"
"""
GRACE = """
[sign_in]
second_factor = "when_needed"
required_from = "2026-01-01"
grace = 3
"""
ACCOUNT, RECOVER = "/.twogate/account", "/.twogate/recover"
NEW = "seven green lanterns drift"


@pytest.fixture(scope="module")
def office() -> PostOffice:
    """What has arrived."""
    return PostOffice()


@pytest.fixture(scope="module")
def gate(office: PostOffice) -> Iterator[Gate]:
    """`twogate up` with a mail server, a wait of seconds, and a second factor that may be put off three times."""
    mail = MailRoom(office)
    mail.start()
    settings = SETTINGS.replace("MAIL", str(mail.port)) + GRACE
    with TemporaryDirectory(prefix="tg-") as folder, up(Path(folder), POLICY, settings=settings) as running:
        yield running
    mail.stop()


def _newcomer(gate: Gate, name: str, *, app: bool = True) -> Newcomer:
    more = ("--totp",) if app else ()
    made = gate.run("user", "add", name, "--email", f"{name}@example.com", *more, "--json")
    assert made.code == 0, made.err
    return Newcomer(name, made.json["password"], made.json.get("authenticator", {}).get("secret", "").replace(" ", ""))


def _type(page: Page, *given: str) -> None:
    """Fill the form by keyboard from where the focus is, and send it."""
    for at, text in enumerate(given):
        if at:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def _half(page: Page, somebody: Newcomer) -> None:
    page.goto(ACCOUNT)
    expect(page.locator("#name")).to_be_focused()
    _type(page, somebody.name, somebody.password)


def _ask(page: Page, name: str, *, password: bool = False) -> None:
    """Name, what is lost, Enter; the first of both is chosen already."""
    page.goto(RECOVER)
    page.focus("#name")
    page.keyboard.type(name)
    if password:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#name", state="detached")


def _found(office: PostOffice, name: str, subject: str, pattern: str) -> str:
    text = office.letter(f"{name}@example.com", subject).text
    found = re.search(pattern, text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def _link(office: PostOffice, name: str, subject: str) -> str:
    return _found(office, name, subject, r"http://localhost:\d+(/\.twogate/recover/\w+\?secret=[\w-]+)")


def test_lost_factors_are_replaced_by_keyboard(open_page: Windows, gate: Gate, office: PostOffice) -> None:
    """Asked for, waited for, the secret typed, a new app and its codes: no mouse, and axe objects to nothing."""
    ida = _newcomer(gate, "ida")
    page = open_page(gate.url)
    _ask(page, "ida")
    check(page, "recover-asked")
    secret = _found(office, "ida", "The way back", r"^Secret: (\S+)\s*$")
    _half(page, ida)
    page.wait_for_selector("input.code")
    page.locator("details:has(input[name=factor][value=recovery_pass]) summary").press("Enter")
    check(page, "recovery-pass", both=False)
    field = page.locator("form:has(input[name=factor][value=recovery_pass]) input[name=code]")
    field.focus()
    _type(page, secret)
    page.wait_for_selector(".qr, .ways")
    if page.locator(".qr").count() == 0:
        page.locator("form:has(input[name=factor][value=totp]) button").press("Enter")
    seed = re.sub(r"\s", "", page.locator(".typed-secret").text_content() or "")
    assert seed
    ida.seed = seed
    page.focus("#answer")
    _type(page, ida.code())
    page.wait_for_selector(".codes")
    first = page.locator(".codes li").first.inner_text()
    page.focus("#answer")
    _type(page, first)
    page.wait_for_url("**/account**")


def test_a_recovery_is_stopped_by_its_owner(open_page: Windows, gate: Gate, office: PostOffice) -> None:
    """By the button of the account page, and by the link of the letter."""
    jon, kim = _newcomer(gate, "jon"), _newcomer(gate, "kim")
    page = open_page(gate.url)
    _half(page, jon)
    page.wait_for_selector("input.code")
    _type(page, jon.code())
    page.wait_for_url("**/account**")
    other = open_page(gate.url)
    _ask(other, "jon")
    office.letter("jon@example.com", "Somebody asked to recover")
    page.goto(f"{ACCOUNT}/recovery/stop")
    check(page, "recover-own", both=False)
    page.locator("main form button").press("Enter")
    page.wait_for_url("**done=recovery_stopped**")
    _ask(other, "kim")
    other.goto(_link(office, kim.name, "Somebody asked to recover"))
    check(other, "recover-stop")
    other.locator("main form button").press("Enter")
    other.wait_for_selector("main form", state="detached")
    check(other, "recover-stopped", both=False)


def test_a_forgotten_password_by_keyboard(open_page: Windows, gate: Gate, office: PostOffice) -> None:
    """The letter comes at once; a new password is typed on the page that its link opens."""
    lou = _newcomer(gate, "lou")
    page = open_page(gate.url)
    _ask(page, "lou", password=True)
    page.goto(_link(office, lou.name, "The way back"))
    check(page, "recover-finish")
    page.focus("input[name=wanted]")
    _type(page, NEW)
    page.wait_for_selector("input[name=wanted]", state="detached")
    check(page, "recover-finished", both=False)
    lou.password = NEW
    _half(page, lou)
    page.wait_for_selector("input.code")


def test_who_has_no_second_factor_is_reminded(open_page: Windows, gate: Gate) -> None:
    """In grace the sign-in goes on without one, and the account says how often it will."""
    may = _newcomer(gate, "may", app=False)
    page = open_page(gate.url)
    _half(page, may)
    page.wait_for_url("**/account**")
    page.goto(f"{ACCOUNT}/activity")
    expect(page.get_by_text("Set up a second factor").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("without one 2 more times")
    check(page, "grace", both=False)


def test_the_first_administrator_begins_by_keyboard(open_page: Windows, gate: Gate) -> None:
    """The code of the start, a name and a password."""
    deadline = time.monotonic() + 10
    while '"first_administrator"' not in gate.told and time.monotonic() < deadline:
        time.sleep(0.1)
    found = re.search(r'"code": ?"([^"]+)"', gate.told[gate.told.index('"first_administrator"') :])
    assert found is not None
    page = open_page(gate.url)
    page.goto("/.twogate/first")
    check(page, "first")
    page.focus("input[name=code]")
    _type(page, found[1], "root", "root@example.com", NEW)
    page.wait_for_url("**/sign-in**")
