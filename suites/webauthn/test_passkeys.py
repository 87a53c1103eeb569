"""Passkeys end to end: the product, a real browser, and authenticators that it plays."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from suites.browser import Windows
from suites.pictures import check
from suites.running import Gate
from suites.webauthn.conftest import (
    INTERNAL,
    STICK,
    Passkey,
    Person,
    give_password,
    plug_in,
    set_up_first,
    use_passkey,
    wait,
)

pytestmark = pytest.mark.xdist_group("webauthn")  # one running product for all tests of this folder
SIGN_IN, FACTORS, ENROL = "/.twogate/sign-in", "/.twogate/account/factors", "/.twogate/enrol?factor=webauthn"
ORDERS = f"{SIGN_IN}?return_to=/orders"
QUESTION = "form[data-question][data-factor=webauthn]"
ANSWER = """async (question) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(question).publicKey);
  return JSON.stringify((await navigator.credentials.get({ publicKey })).toJSON());
}"""
SEND = """(answer) => {
  const form = document.querySelector("form[data-question][data-factor=webauthn]");
  form.elements.code.value = answer;
  form.submit();
}"""


def headers(page: Page) -> dict[str, str]:
    """What the service behind the gateway was told, once the page has got there."""
    page.wait_for_url("**/orders")
    found: dict[str, str] = json.loads(page.inner_text("pre"))
    return found


def question(page: Page) -> str:
    page.wait_for_selector(QUESTION, state="attached")
    return page.locator(QUESTION).get_attribute("data-question") or ""


def second_step(page: Page, somebody: Person) -> None:
    """Give name and password, and wait until the passkey is asked for."""
    page.goto(ORDERS)
    give_password(page, somebody)
    page.wait_for_selector(f"body:not(:has(#name)) {QUESTION}")


def told(page: Page) -> str:
    page.wait_for_selector("#wrong")
    return page.inner_text("#wrong")


def test_autofill_signs_in_without_a_name_or_a_password(open_page: Windows, gate: Gate, ann: Passkey) -> None:
    """A resident passkey that checks its owner is enough alone: phishing-resistant, two factors."""
    page = open_page(gate.url + "/.twogate/health")
    ann.plug_in(page)
    page.goto(ORDERS)
    found = headers(page)
    assert (found["x-auth-level"], found["x-auth-methods"]) == ("phr", "mfa pop user")


def test_a_button_signs_in_and_a_touch_steps_up(open_page: Windows, gate: Gate, ann: Passkey) -> None:
    """A key that is plugged in later is asked for by the button; a fresh proof is one touch, without a name."""
    page = open_page(gate.url + ORDERS)
    page.wait_for_selector("#name")
    ann.plug_in(page)
    use_passkey(page)
    assert headers(page)["x-auth-level"] == "phr"
    wait(6.2)  # auth_time is in whole seconds
    page.goto("/vault/gold")
    page.wait_for_url("**/step-up**")
    assert page.locator("#name").count() == 0
    check(page, "passkey-step-up", both=False)
    use_passkey(page)
    page.wait_for_url("**/vault/gold")


def test_who_is_not_verified_is_not_let_in_alone(open_page: Windows, gate: Gate, ann: Passkey) -> None:
    """The authenticator does not recognise its owner: the browser refuses, the page says so, nothing is sent."""
    page = open_page(gate.url + ORDERS)
    page.wait_for_selector("#name")
    ann.plug_in(page, roaming=True, isUserVerified=False)
    use_passkey(page)
    expect(page.locator(f"{QUESTION} [data-fault]")).to_be_visible()
    assert page.url.endswith(ORDERS)


def test_case_37_an_answer_serves_once(open_page: Windows, gate: Gate, ann: Passkey) -> None:
    """An answer kept from one sign-in is refused by the next."""
    page, beside = open_page(gate.url + ORDERS), open_page(gate.url + "/.twogate/health")
    ann.plug_in(beside)
    kept = beside.evaluate(ANSWER, question(page))
    page.evaluate(SEND, kept)
    assert headers(page)["x-auth-level"] == "phr"
    other = open_page(gate.url + ORDERS)
    question(other)
    other.evaluate(SEND, kept)
    assert "does not fit" in told(other)


def test_a_page_of_another_origin_gets_nowhere(open_page: Windows, gate: Gate, ann: Passkey, upstream: int) -> None:
    """Another port of the host may use the passkey as far as the browser is concerned; its answer is refused."""
    asking, elsewhere = open_page(gate.url + ORDERS), open_page(f"http://localhost:{upstream}/elsewhere")
    ann.plug_in(elsewhere)
    stolen = elsewhere.evaluate(ANSWER, question(asking))
    asking.evaluate(SEND, stolen)
    assert "does not fit" in told(asking)


def test_case_33_options_are_the_same_for_everybody(open_page: Windows, gate: Gate, ann: Passkey) -> None:
    """Whoever's name was typed, the first page asks the same, and so does a page after a wrong password."""
    asked = []
    for name in (ann.owner.name, "nobody-at-all"):
        page = open_page(gate.url + ORDERS)
        asked.append(question(page))
        give_password(page, Person(name, "not the password"))
        page.wait_for_selector("#wrong")
        asked.append(question(page))
    public = [json.loads(one) for one in asked]
    assert len({one["publicKey"].pop("challenge") for one in public}) == 4
    assert all(one == public[0] for one in public)
    assert public[0]["publicKey"]["allowCredentials"] == []


def test_without_a_script_other_ways_work(open_page: Windows, gate: Gate) -> None:
    """A browser that runs no script says so at the passkey, and the password form is there."""
    page = open_page(gate.url + ORDERS, javascript=False)
    assert page.locator("#name").is_visible()
    assert page.locator(f"{QUESTION} noscript").count() == 1


def test_a_key_that_checks_nobody_is_a_second_factor_until_it_is_copied(
    open_page: Windows, gate: Gate, person: Callable[[str], Person]
) -> None:
    """A USB key without PIN: after the password only; the counter of a copy falls behind, and both are switched off."""
    cat = person("cat")
    page = open_page(gate.url + SIGN_IN)
    key = plug_in(page, STICK)
    set_up_first(page, cat)
    copy = key.credentials()[0]
    page.context.clear_cookies()
    page.goto(ORDERS)
    use_passkey(page)
    expect(page.locator(f"{QUESTION} [data-fault]")).to_be_visible()  # it is not resident
    second_step(page, cat)
    use_passkey(page)
    found = headers(page)
    assert (found["x-auth-level"], found["x-auth-methods"]) == ("phr", "mfa pop pwd user")
    thief = open_page(gate.url + SIGN_IN)
    plug_in(thief, STICK).put(copy)
    second_step(thief, cat)
    use_passkey(thief)
    assert "copied" in told(thief)
    page.context.clear_cookies()
    page.goto(ORDERS)
    give_password(page, cat)
    page.wait_for_selector("body:not(:has(#name)) .card")
    assert page.locator(QUESTION).count() == 0


def test_several_keys_and_one_that_is_removed(open_page: Windows, gate: Gate, person: Callable[[str], Person]) -> None:
    """One authenticator is set up once; a second one stands beside it; the removed one opens nothing any more."""
    fay = person("fay")
    page = open_page(gate.url + SIGN_IN)
    key = plug_in(page, INTERNAL)
    set_up_first(page, fay)
    page.goto(ENROL)
    check(page, "passkey-set-up", both=False)
    page.locator("form[data-offer] button").click()
    expect(page.locator("form[data-offer] [data-fault]")).to_be_visible()  # excludeCredentials
    gone = key.credentials()[0]
    key.unplug()
    stick = plug_in(page, STICK)
    page.locator("form[data-offer] button").click()
    page.wait_for_url("**/account**")
    assert len(stick.credentials()) == 1
    page.goto(FACTORS)
    page.locator(".rows li:has-text('Passkey or security key') a.danger").first.click()
    page.locator("main button.danger").click()
    page.wait_for_url(lambda url: "remove" not in url)
    thief = open_page(gate.url + ORDERS)
    thief.wait_for_selector("#name")
    plug_in(thief, {**INTERNAL, "transport": "usb"}).put({**gone, "signCount": 50})
    use_passkey(thief)
    assert "does not fit" in told(thief)
