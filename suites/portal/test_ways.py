"""The portal by keyboard alone, without scripts, and in every language."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from suites.browser import Windows, objections, sideways
from suites.portal.conftest import set_up, sign_in
from suites.running import Gate
from suites.sign_in_pages.pages import Newcomer

from twogate.web.languages.language import Language

People = Callable[[str], Newcomer]
pytestmark = pytest.mark.xdist_group("portal")  # one running product for all tests of this folder
ACCOUNT = "/.twogate/account"
PAGES = ("", "/factors", "/sessions", "/tokens", "/tokens/new", "/activity", "/recovery", "/password")
LOCALES = {
    Language.ENGLISH: "en-GB",
    Language.GERMAN: "de-AT",
    Language.FRENCH: "fr-CA",
    Language.SPANISH: "es-MX",
    Language.CHINESE: "zh-CN",
}
STOPS = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility()).length"""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {name: one.tagName, seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          top: Math.round(box.top + scrollY), left: Math.round(box.left)};
}"""


def test_signing_in_by_keyboard_alone(open_page: Windows, gate: Gate, person: People) -> None:
    """The first field has the focus, Tab goes on in order, Enter sends; a refusal leads back to its field."""
    eve = person("eve")
    set_up(open_page(gate.url + ACCOUNT), eve)
    page = open_page(gate.url + ACCOUNT)
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(eve.name)
    page.keyboard.press("Tab")
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("#wrong")
    expect(page.locator("#answer")).to_be_focused()
    assert page.get_attribute("#answer", "aria-describedby") == "wrong"
    page.keyboard.type(eve.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("input.code")
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.type(eve.code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/account**")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_everything_is_reached_by_tab_and_seen(open_page: Windows, gate: Gate, person: People) -> None:
    """Tab stops at everything that can be pressed, from top to bottom, and each stop is outlined."""
    page = open_page(gate.url + ACCOUNT)
    set_up(page, person("tess"))
    for path in ("", "/factors", "/sessions"):
        page.goto(gate.url + ACCOUNT + path)
        page.evaluate("document.activeElement.blur()")
        stops = [_tab(page) for _ in range(page.evaluate(STOPS))]
        assert all(stop["seen"] for stop in stops), (path, stops)
        assert "BODY" not in {stop["name"] for stop in stops}, (path, stops)
        inside = stops[1:-5]  # the skip link stands above everything, the languages in a row below
        assert [stop["top"] for stop in inside] == sorted(stop["top"] for stop in inside) or path == "", (path, stops)


def _tab(page: Page) -> dict[str, object]:
    page.keyboard.press("Tab")
    return dict(page.evaluate(FOCUSED))


def test_without_scripts_everything_but_webauthn_works(open_page: Windows, gate: Gate, person: People) -> None:
    """Setting up, signing in, naming, making and revoking a token, changing the password, signing out."""
    noel = person("noel")
    first = open_page(gate.url + ACCOUNT, javascript=False)
    set_up(first, noel)
    page = open_page(gate.url + ACCOUNT, javascript=False)
    sign_in(page, noel)
    page.goto(f"{gate.url}{ACCOUNT}/factors")
    page.click("a[href*='/factors/rename']")
    page.fill("#name", "Blue phone")
    page.press("#name", "Enter")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_text("Blue phone")).to_be_visible()
    page.goto(f"{gate.url}{ACCOUNT}/tokens/new")
    page.fill("#name", "script")
    page.click("main form button")
    expect(page.locator("#secret")).to_contain_text("tg_pat_")
    page.goto(f"{gate.url}{ACCOUNT}/tokens")
    page.click("a[href*='/tokens/revoke']")
    page.click("main form button")
    expect(page.get_by_text("revoked", exact=True)).to_be_visible()
    page.goto(f"{gate.url}{ACCOUNT}/password")
    page.fill("#present", noel.password)
    page.fill("#wanted", "seven green lanterns drift")
    page.press("#wanted", "Enter")
    expect(page.get_by_role("status")).to_contain_text("password is changed")
    first.goto(gate.url + ACCOUNT)
    expect(first.locator("#name")).to_be_visible()
    page.goto(f"{gate.url}/.twogate/sign-out")
    page.click("main form button")
    expect(page.get_by_role("heading")).to_have_text("You are signed out")


@pytest.fixture(scope="module")
def lea(chromium: Browser, gate: Gate, person: People) -> dict[str, Any]:
    """The cookies of somebody who is signed in."""
    context = chromium.new_context(base_url=gate.url)
    page = context.new_page()
    page.goto(ACCOUNT)
    set_up(page, person("lea"))
    kept = dict(context.storage_state())
    context.close()
    return kept


@pytest.mark.parametrize("language", Language)
def test_each_language_renders(open_page: Windows, gate: Gate, lea: dict[str, Any], language: Language) -> None:
    """The browser's wish decides; every page fits a phone in it, and axe has no objection to its markup."""
    phone = {"locale": LOCALES[language], "width": 320, "height": 640}
    page = open_page(gate.url + ACCOUNT, **phone)
    assert page.get_attribute("html", "lang") == language.value
    assert objections(page) == []
    page = open_page(storage_state=lea, **phone)
    for path in PAGES:
        page.goto(gate.url + ACCOUNT + path)
        assert page.get_attribute("html", "lang") == language.value
        assert sideways(page) == 0, path
        assert "{" not in page.inner_text("body"), path
    page.goto(f"{gate.url}{ACCOUNT}/nothing")
    expect(page.locator("main a.button")).to_have_attribute("href", ACCOUNT)


def test_the_switch_goes_before_the_browsers_wish(open_page: Windows, gate: Gate) -> None:
    """A language that was chosen is spoken from then on, on the page one was on."""
    page = open_page(f"{gate.url}/.twogate/sign-in?return_to=%2Forders", locale="fr-FR")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    assert page.url.endswith("/.twogate/sign-in?return_to=%2Forders")
    page.goto(f"{gate.url}/.twogate/nothing")
    assert page.get_attribute("html", "lang") == "de"
