"""Every page of the portal in a real browser: axe has no objection, nothing is wider than a phone, light and dark."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from suites import pictures
from suites.browser import Windows
from suites.portal.conftest import choose_app, read_seed, set_up
from suites.running import Gate
from suites.sign_in_pages.pages import Newcomer

pytestmark = pytest.mark.xdist_group("portal")  # one running product for all tests of this folder
ACCOUNT = "/.twogate/account"
PAGES = {
    "overview": ACCOUNT,
    "factors": f"{ACCOUNT}/factors",
    "sessions": f"{ACCOUNT}/sessions",
    "tokens": f"{ACCOUNT}/tokens",
    "token-new": f"{ACCOUNT}/tokens/new",
    "activity": f"{ACCOUNT}/activity",
    "recovery": f"{ACCOUNT}/recovery",
    "password": f"{ACCOUNT}/password",
    "choose": "/.twogate/enrol",
    "set-up": "/.twogate/enrol?factor=totp",
    "sign-out": "/.twogate/sign-out",
    "nothing-here": f"{ACCOUNT}/nothing",
    "mail-address": f"{ACCOUNT}/address",
    "lock-my-account": f"{ACCOUNT}/panic",
    "recover": "/.twogate/recover",
    "undo-over": "/.twogate/undo?secret=tg_un_of_nothing",
    "phone": "/.twogate/phone",
}
BOTH = {"overview", "factors", "sign-in", "one-more-step", "recovery-codes", "activity"}  # pictures of phone and dark


@pytest.fixture(scope="module")
def ada(person: Callable[[str], Newcomer]) -> Newcomer:
    return person("ada")


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, gate: Gate, ada: Newcomer) -> Iterator[dict[str, Any]]:
    """The cookies of somebody who has just set up their account, and whose pages have something on them."""
    assert gate.run("client", "add", "shop", "--kind", "first_party", "--scope", "orders:read").code == 0
    context = chromium.new_context(base_url=gate.url, locale="en-GB")
    page = context.new_page()
    page.goto(ACCOUNT)
    set_up(page, ada)
    for name in ("nightly backup", "dashboard"):
        page.goto(f"{ACCOUNT}/tokens/new")
        page.fill("#name", name)
        page.fill("#scope", "orders:read")
        page.click("main button:has-text('Make')")
        page.wait_for_selector("#secret")
    yield dict(context.storage_state())
    context.close()


@pytest.fixture
def at(open_page: Windows, gate: Gate, signed_in: dict[str, Any]) -> Callable[..., Page]:
    """Opens a page as Ada."""

    def open_at(path: str, **more: Any) -> Page:
        page = open_page(storage_state=signed_in, **more)
        page.goto(gate.url + path)
        return page

    return open_at


def check(page: Page, name: str) -> None:
    """A page stands in both widths and both colour schemes; each of the four values is seen by axe."""
    pictures.check(page, name, both=name in BOTH)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_objection(at: Callable[..., Page], name: str) -> None:
    """Axe finds nothing, nothing scrolls sideways at 320 pixels, and no script or policy fails."""
    page = at(PAGES[name])
    check(page, name)
    assert page.locator("h1").count() == 1
    assert page.title().endswith(" · Twogate")


def test_sign_in_and_its_refusals_have_no_objection(
    open_page: Windows, gate: Gate, ada: Newcomer, signed_in: Any
) -> None:
    """The sign-in page, a wrong password, and the second step with its other ways opened."""
    assert signed_in
    page = open_page(gate.url + ACCOUNT)
    check(page, "sign-in")
    page.fill("#name", ada.name)
    page.fill("#answer", "not this one")
    page.press("#answer", "Enter")
    page.wait_for_selector("#wrong")
    check(page, "wrong-password")
    page.fill("#answer", ada.password)
    page.press("#answer", "Enter")
    page.wait_for_selector("input.code")
    for summary in page.locator("summary").all():
        summary.click()
    check(page, "one-more-step")


def test_a_newcomers_pages_have_no_objection(open_page: Windows, gate: Gate, person: Callable[[str], Newcomer]) -> None:
    """Setting up the first second factor, and the codes that are shown once."""
    bob = person("bob")
    page = open_page(gate.url + ACCOUNT)
    page.fill("#name", bob.name)
    page.fill("#answer", bob.password)
    page.press("#answer", "Enter")
    page.wait_for_selector(".card form")
    check(page, "first-factor")
    choose_app(page)
    bob.seed = read_seed(page)
    page.fill("#answer", bob.code())
    page.press("#answer", "Enter")
    page.wait_for_selector(".codes")
    check(page, "recovery-codes")
    page.emulate_media(media="print")
    expect(page.locator(".codes")).to_be_visible()
    expect(page.locator("form").first).not_to_be_visible()


def test_what_asks_first_has_no_objection(at: Callable[..., Page]) -> None:
    """Naming, removing and revoking ask on pages of their own; a new token is shown once."""
    page = at(PAGES["factors"])
    page.click("a[href*='/factors/rename']")
    check(page, "rename")
    page.goto(page.url.split("/.twogate")[0] + PAGES["factors"])
    page.click("a[href*='/factors/remove']")
    check(page, "remove")
    page.goto(page.url.split("/.twogate")[0] + PAGES["tokens"])
    page.click("a[href*='/tokens/revoke']")
    check(page, "revoke")
    page.goto(page.url.split("/.twogate")[0] + PAGES["token-new"])
    page.fill("#name", "once")
    page.click("main button:has-text('Make')")
    page.wait_for_selector("#secret")
    check(page, "token-shown")


def test_what_was_done_is_told(at: Callable[..., Page]) -> None:
    """Once, above the page that it changed."""
    page = at(f"{PAGES['factors']}?done=renamed")
    expect(page.get_by_role("status")).to_be_visible()
    check(page, "done")


def test_a_step_up_asks_for_what_is_missing(at: Callable[..., Page]) -> None:
    """The proofs are too old for what is asked for: no name is asked for again."""
    page = at("/.twogate/step-up?level=aal2&max_age=0&return_to=%2Forders")
    page.wait_for_selector("main form")
    assert page.locator("#name").count() == 0
    check(page, "step-up")


LANGUAGES = {"german": "de-DE", "french": "fr-FR", "spanish": "es-ES", "chinese": "zh-CN"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_in_each_language(
    at: Callable[..., Page], gate: Gate, open_page: Windows, language: str
) -> None:
    """As whoever reads it sees it, with the switch to the others below."""
    page = open_page(f"{gate.url}/.twogate/sign-in", locale=LANGUAGES[language])
    check(page, f"sign-in-{language}")
    if language in {"german", "chinese"}:
        check(at(ACCOUNT, locale=LANGUAGES[language]), f"overview-{language}")


def test_who_locks_the_account_or_signs_out_is_told(
    open_page: Windows, gate: Gate, person: Callable[[str], Newcomer]
) -> None:
    """What has ended, and what comes next."""
    for name, path, told in (("pam", f"{ACCOUNT}/panic", "locked"), ("sue", "/.twogate/sign-out", "signed-out")):
        page = open_page(gate.url + ACCOUNT)
        set_up(page, person(name))
        page.goto(gate.url + path)
        page.click("main form button")
        page.wait_for_selector("main form", state="detached")
        check(page, told)


def test_a_device_is_answered_for(at: Callable[..., Page], gate: Gate) -> None:
    """The code is typed by keyboard, what asks is shown, and the device has its tokens once its owner said yes."""
    television = ("--id", "television", "--kind", "native", "--redirect", "http://127.0.0.1/")
    assert gate.run("client", "add", "Television", *television, "--scope", "orders:read").code == 0
    told = httpx2.post(f"{gate.url}/.twogate/oauth2/device_authorization", data={"client_id": "television"}).json()
    page = at("/.twogate/device")
    check(page, "device")
    page.focus("#code")
    page.keyboard.type(told["user_code"].lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("dl")
    expect(page.locator("dl")).to_contain_text(told["user_code"])
    check(page, "device-answer")
    page.click("button[value=yes]")
    page.wait_for_selector("main form", state="detached")
    check(page, "device-answered")
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": told["device_code"],
        "client_id": "television",
    }
    tokens = httpx2.post(f"{gate.url}/.twogate/oauth2/token", data=form).json()
    assert tokens["scope"] == "orders:read"


def test_times_are_told_in_the_readers_own_zone(at: Callable[..., Page]) -> None:
    """What is near is told in words by the server; the exact local time stands behind it."""
    page = at(PAGES["activity"], timezone_id="Asia/Tokyo")
    near = page.locator("time").first
    expect(near).to_have_text("just now") if near.inner_text() == "just now" else expect(near).to_contain_text("ago")
    assert near.get_attribute("title")


def test_a_password_can_be_looked_at_while_it_is_typed(at: Callable[..., Page]) -> None:
    """A button shows it, and hides it again before the form is sent."""
    page = at(PAGES["password"])
    page.fill("#wanted", "four unrelated words")
    page.get_by_role("button", name="Show: New password").click()
    assert page.get_attribute("#wanted", "type") == "text"
    page.get_by_role("button", name="Hide: New password").click()
    assert page.get_attribute("#wanted", "type") == "password"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_what_can_be_pressed_visible(at: Callable[..., Page], scheme: str) -> None:
    """Where the system chooses the colours, buttons and cards have a border and axe has no objection."""
    page = at(PAGES["factors"])
    page.emulate_media(color_scheme=scheme, forced_colors="active", reduced_motion="reduce")  # type: ignore[arg-type]
    width = page.evaluate("getComputedStyle(document.querySelector('main .button')).borderTopWidth")
    assert width == "1px"
    assert page.evaluate("getComputedStyle(document.querySelector('main .button')).transitionDuration") == "0s"
