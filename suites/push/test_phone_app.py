"""The phone's page as an app: it keeps its key, shows what waits when it is opened, and can be installed."""

import json

import pytest
from playwright.sync_api import expect
from suites.browser import objections
from suites.push.conftest import SIX, TITLE, Pair

pytestmark = [pytest.mark.xdist_group("push"), pytest.mark.slow]


def test_a_phone_that_was_closed_shows_what_waits_when_it_is_opened(pair: Pair) -> None:
    """Its key is kept by the browser; another browser has none and is shown how to connect."""
    pair.connect()
    pair.phone.goto("about:blank")
    pair.start_over()
    pair.phone.goto("/.twogate/phone")
    pair.answer("approve", pair.number)
    pair.desktop.wait_for_url("**/orders")
    pair.desktop.goto("/.twogate/phone")
    expect(pair.desktop.locator("[data-part='unconnected']")).to_be_visible()
    assert objections(pair.desktop) == []


def test_a_phone_is_connected_by_its_link(pair: Pair) -> None:
    """Pasted into the app where the camera would open another browser; what is no such link is refused there."""
    pair.sign_in()
    pair.desktop.get_by_role("button", name=TITLE).click()
    link = pair.desktop.locator("a[href*='/.twogate/phone#']").get_attribute("href")
    assert link is not None
    pair.phone.goto("/.twogate/phone")
    pair.phone.locator("[data-part='unconnected'] summary").click()
    assert objections(pair.phone) == []
    for typed in (link[:-1], "https://example.com"):
        pair.phone.fill("#link", typed)
        pair.phone.press("#link", "Enter")
        expect(pair.phone.locator("[data-said='no-link']")).to_be_visible()
    pair.phone.fill("#link", f" {link} ")
    pair.phone.press("#link", "Enter")
    shown = pair.phone.locator("[data-slot='pairing-code']")
    expect(shown).to_have_text(SIX)
    pair.desktop.fill("#answer", shown.inner_text())
    pair.desktop.press("#answer", "Enter")
    expect(pair.phone.locator("[data-part='nothing']")).to_be_visible()


def test_the_page_can_be_installed(pair: Pair) -> None:
    """Chromium finds nothing wrong with the manifest, and the worker runs."""
    pair.phone.goto("/.twogate/phone")
    pair.phone.evaluate("async () => (await navigator.serviceWorker.ready).active.scriptURL")
    session = pair.phone.context.new_cdp_session(pair.phone)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["start_url"] == "/.twogate/phone"
    troubles = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in troubles if one["errorId"] != "in-incognito"] == []
