"""A desktop and a phone play it end to end, in real browsers, through the real gateway.

Chromium without Google's services has no push service, so the phone asks by itself while its page is open; how a phone
is woken is held by tests/outside/push.
"""

import pytest
from playwright.sync_api import expect
from suites.browser import objections
from suites.pictures import check
from suites.push.conftest import TITLE, Pair
from suites.running import Gate

pytestmark = pytest.mark.xdist_group("push")
_KEY = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("twogate-phone", 1);
    asked.onsuccess = () => done(asked.result);
  });
  const all = database.transaction("devices").objectStore("devices").getAll();
  const [device] = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  database.close();
  const ways = ["jwk", "pkcs8", "raw"];
  const exported = await Promise.allSettled(ways.map((one) => crypto.subtle.exportKey(one, device.key)));
  return { extractable: device.key.extractable, type: device.key.type, exported: exported.map((one) => one.status) };
}"""


def test_connect_and_approve(pair: Pair) -> None:
    """A phone is connected by a picture and a number, then opens a sign-in by the number of the first screen."""
    pair.sign_in()
    pair.desktop.get_by_role("button", name=TITLE).click()
    pair.desktop.wait_for_selector(".qr")
    check(pair.desktop, "push-set-up", both=False)
    pair.connect()
    check(pair.phone, "phone-connected", both=False)
    pair.start_over()
    assert len(pair.number) == 6
    pair.phone.wait_for_selector("#prompts form")
    check(pair.phone, "phone-approve")
    check(pair.desktop, "push-number", both=False)
    shown = pair.phone.locator("#prompts form").inner_text()
    assert pair.name in shown
    assert pair.number not in shown
    pair.answer("approve", pair.number)
    pair.desktop.wait_for_url("**/orders")  # by itself: nobody touched the first screen
    assert {"swk", "mfa"} <= set(pair.desktop.inner_text("body").split())
    expect(pair.phone.locator("[data-said='approve']")).to_be_visible()
    check(pair.phone, "phone-approved", both=False)
    assert pair.phone.evaluate(_KEY) == {
        "extractable": False,
        "type": "private",
        "exported": ["rejected", "rejected", "rejected"],
    }


def test_case_31_a_wrong_number_a_no_and_a_report(pair: Pair, gate: Gate) -> None:
    """A wrong number burns the request, a no ends it, a report ends the sessions and switches the phone off."""
    pair.connect()
    pair.start_over()
    wrong = f"{(int(pair.number) + 1) % 1_000_000:06d}"
    pair.answer("approve", wrong)
    expect(pair.phone.locator("[data-said='wrong']")).to_be_visible()
    expect(pair.desktop.locator("#wrong")).to_be_visible()
    expect(pair.desktop.locator(".shown-code")).to_have_count(0)

    pair.desktop.locator("form[action*='sign-in'] button.full").first.click()
    pair.desktop.wait_for_selector(".shown-code")
    pair.answer("deny")
    expect(pair.phone.locator("[data-said='deny']")).to_be_visible()
    expect(pair.desktop.locator("#wrong")).to_be_visible()

    pair.desktop.locator("form[action*='sign-in'] button.full").first.click()
    pair.desktop.wait_for_selector(".shown-code")
    assert objections(pair.phone) == []
    pair.answer("report")
    expect(pair.phone.locator("[data-part='gone']")).to_be_visible()
    check(pair.phone, "phone-off", both=False)
    expect(pair.desktop.locator("#wrong")).to_be_visible()
    shown = gate.run("user", "show", pair.name, "--json")
    assert shown.code == 0, shown.err
    assert shown.json["sessions"] == 0


def test_without_a_script_the_button_does_the_same(gate: Gate, pair: Pair) -> None:
    """On a first screen without JavaScript the person says that they have answered."""
    pair.connect()
    context = pair.desktop.context.browser.new_context(base_url=gate.url, java_script_enabled=False)
    plain = Pair(pair.name, pair.password, context.new_page(), pair.phone)
    try:
        plain.sign_in()
        plain.desktop.locator("form[action*='sign-in'] button.full").first.click()
        plain.desktop.wait_for_selector(".shown-code")
        go_on = plain.desktop.locator("form[action*='sign-in'] button.full").first
        go_on.click()
        plain.desktop.wait_for_selector("#wrong")
        plain.answer("approve", plain.number)
        expect(plain.phone.locator("[data-said='approve']")).to_be_visible()
        plain.desktop.locator("form[action*='sign-in'] button.full").first.click()
        plain.desktop.wait_for_url("**/orders")
    finally:
        context.close()
