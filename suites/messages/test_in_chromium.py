"""Codes by telephone, taking back, and another mail address, in Chromium: by keyboard, on a phone's width, with axe."""

import pytest
from playwright.sync_api import Page, expect
from suites.browser import Windows
from suites.messages.post_office import PostOffice
from suites.pictures import check
from suites.running import Gate
from suites.sign_in_pages.pages import Newcomer

pytestmark = [pytest.mark.xdist_group("messages"), pytest.mark.slow]  # one running product for this folder
NUMBER = "+4915155500077"


def _half(page: Page, somebody: Newcomer) -> None:
    page.fill("#name", somebody.name)
    page.fill("#answer", somebody.password)
    page.press("#answer", "Enter")
    page.wait_for_selector("input[name=step][value=choose]", state="attached")


def _choose_sms(page: Page) -> None:
    form = page.locator("form:has(input[name=factor][value=sms]):has(input[name=step][value=choose])").first
    if not form.locator("button").is_visible():
        page.locator("details:has(input[name=factor][value=sms]) summary").click()
    form.locator("button").press("Enter")


def test_a_telephone_is_set_up_and_used(open_page: Windows, gate: Gate, office: PostOffice, newcomer: Newcomer) -> None:
    """The warning, the number, the code; then the next sign-in, which says where it went; then it is taken back."""
    page = open_page(gate.url + "/.twogate/account")
    _half(page, newcomer)
    _choose_sms(page)
    page.wait_for_selector("#answer[autocomplete=tel]")
    check(page, "sms-number")
    expect(page.locator("main")).to_contain_text("weakest of the second factors")
    page.fill("#answer", NUMBER)
    page.press("#answer", "Enter")
    page.wait_for_selector("#answer[autocomplete=one-time-code]")
    check(page, "sms-code")
    page.fill("#answer", office.message(NUMBER).code)
    page.press("#answer", "Enter")
    page.wait_for_selector(".codes")
    page.fill("#answer", page.locator(".codes li").first.inner_text())
    page.press("#answer", "Enter")
    page.wait_for_url("**/account**")

    other = open_page(gate.url + "/.twogate/account")
    _half(other, newcomer)
    before = office.count(NUMBER)
    _choose_sms(other)
    other.wait_for_selector("#answer[autocomplete=one-time-code]")
    check(other, "sms-ask")
    expect(other.locator("main")).to_contain_text("••• 77")
    other.fill("#answer", office.message(NUMBER, after=before).code)
    other.press("#answer", "Enter")
    other.wait_for_url("**/account**")

    letter = office.letter(f"{newcomer.name}@example.com", "A new factor was set up")
    owner = open_page(gate.url + letter.way_back)
    check(owner, "undo")
    owner.locator("main button").last.press("Enter")
    owner.wait_for_selector("text=Taken back")
    check(owner, "undone")
    page.goto(gate.url + "/.twogate/account")
    page.wait_for_url("**/sign-in**")
    again = owner.context.new_page()
    again.goto(gate.url + letter.way_back)
    expect(again.locator("main")).to_contain_text("its time is over")


def test_another_mail_address(open_page: Windows, gate: Gate, office: PostOffice, newcomer: Newcomer) -> None:
    """The code goes to the new address, which the account page shows afterwards; the old one is told."""
    number = "+4915155500078"
    page = open_page(gate.url + "/.twogate/account")
    _half(page, newcomer)
    _choose_sms(page)
    page.wait_for_selector("#answer[autocomplete=tel]")
    page.fill("#answer", number)
    page.press("#answer", "Enter")
    page.wait_for_selector("#answer[autocomplete=one-time-code]")
    page.fill("#answer", office.message(number).code)
    page.press("#answer", "Enter")
    page.wait_for_selector(".codes")
    page.fill("#answer", page.locator(".codes li").first.inner_text())
    page.press("#answer", "Enter")
    page.wait_for_url("**/account**")
    page.click("a[href='/.twogate/account/address']")
    page.wait_for_selector("#address")
    check(page, "address")
    fresh = f"{newcomer.name}@new.example"
    page.fill("#address", fresh)
    page.press("#address", "Enter")
    page.wait_for_selector("#code")
    check(page, "address-code")
    page.fill("#code", office.letter(fresh, "code").code)
    page.press("#code", "Enter")
    page.wait_for_url("**done=address_changed**")
    expect(page.locator("main")).to_contain_text(fresh)
    assert office.letter(f"{newcomer.name}@example.com", "Your mail address was changed").way_back
