"""How a password is typed, measured by a real browser: numbers only, and only of whole typings."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request
from suites.browser import Windows
from suites.pictures import check
from suites.place.conftest import World
from suites.portal.conftest import set_up
from suites.sign_in_pages.pages import Newcomer

pytestmark = [pytest.mark.xdist_group("place"), pytest.mark.slow]  # one running product for all tests of this folder
TYPING = "/.twogate/account/typing"
ACCOUNT = "/.twogate/account"
PACE = 40.0  # milliseconds from key to key


def sent_by(page: Page) -> list[dict[str, list[str]]]:
    """Every form that the page will send."""
    found: list[dict[str, list[str]]] = []

    def keep(request: Request) -> None:
        if request.method == "POST" and request.post_data:
            found.append(parse_qs(request.post_data))

    page.on("request", keep)
    return found


def test_a_typed_password_is_measured_and_learnt(
    open_page: Windows, world: World, newcomer: Callable[[str], Newcomer]
) -> None:
    """Switched on by its owner, typed once: one sample, of as many numbers as there are keys, and no key among them."""
    made = newcomer("tina")
    tina = Newcomer(made.name, made.password)
    home = open_page(world.gate.url + ACCOUNT)
    set_up(home, tina)
    home.goto(TYPING)
    check(home, "typing", both=False)
    home.click("main form button")
    home.wait_for_url("**/factors?done=typing_chosen")

    page = open_page(world.gate.url + ACCOUNT)
    sent = sent_by(page)
    page.fill("#name", tina.name)
    page.locator("#answer").press_sequentially(tina.password, delay=PACE)
    page.press("#answer", "Enter")
    page.wait_for_selector("input.code")
    page.fill("input.code", tina.code())
    page.press("input.code", "Enter")
    page.wait_for_url("**/account**")
    keys = json.loads(sent[0]["typing"][0])
    assert len(keys) == len(tina.password)
    assert keys[0][0] == 0
    assert all(type(number) is int for key in keys for number in key)
    assert keys[-1][0] >= PACE * (len(keys) - 1) * 0.9
    home.goto(TYPING)
    assert "Samples so far: 1" in home.inner_text("main")
    home.click("main form button")
    home.wait_for_url("**/factors?done=typing_erased")


@pytest.mark.parametrize("how", ["pasted", "corrected", "wrong length"])
def test_what_is_no_whole_typing_is_not_sent(open_page: Windows, world: World, how: str) -> None:
    """A password manager, a slip put right, letters put between others: the field of the form stays away."""
    page = open_page(world.gate.url + ACCOUNT)
    sent = sent_by(page)
    page.fill("#name", "nobody")
    field = page.locator("#answer")
    if how == "pasted":
        field.fill("plum-orbit-lantern")
    else:
        field.press_sequentially("plum-orbit", delay=5)
        if how == "corrected":
            field.press("Backspace")
            field.press_sequentially("t", delay=5)
        else:
            page.evaluate("document.querySelector('#answer').value += 'x'")
    field.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert [sorted(form) for form in sent] == [["factor", "form_token", "name", "password", "step"]]


def test_emptying_the_field_begins_anew(open_page: Windows, world: World) -> None:
    """After a slip somebody who types it all again is measured."""
    page = open_page(world.gate.url + ACCOUNT)
    sent = sent_by(page)
    page.fill("#name", "nobody")
    field = page.locator("#answer")
    field.press_sequentially("plom", delay=5)
    field.press("Control+a")
    field.press("Delete")
    field.press_sequentially("plum-Orbit", delay=5)
    field.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert len(json.loads(sent[0]["typing"][0])) == len("plum-Orbit")
