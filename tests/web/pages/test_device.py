"""The page where a person answers for a device."""

import re

import pytest
from tests.web.house import Browser, House, Person

from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId

DEVICE = "/.twogate/device"
OAUTH = "/.twogate/oauth2"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


async def _asked(house: House, name: str = "Television") -> tuple[Person, Browser, dict[str, str]]:
    """A person signed in, and a television that shows a code."""
    person, browser, television = await house.person(), house.browser(), house.browser()
    await browser.sign_in(person)
    client = Client(ClientId("tv"), name, ClientKind.NATIVE, "", (), ("openid", "orders:read"), house.deps.clock.now())
    async with house.deps.store.work() as unit:
        await unit.clients.add(client)
    told = (await television.post(f"{OAUTH}/device_authorization", {"client_id": "tv"})).json()
    return person, browser, told


async def _look(browser: Browser, code: str) -> str:
    await browser.get(DEVICE)
    return (await browser.post(DEVICE, {**browser.forms()[0].fields, "code": code})).text


async def _fetch(house: House, code: str) -> str:
    form = {"grant_type": GRANT, "device_code": code, "client_id": "tv"}
    answer = (await house.browser().post(f"{OAUTH}/token", form)).json()
    return str(answer.get("error", "tokens"))


@pytest.mark.parametrize(("said", "heard"), [("yes", "tokens"), ("no", "access_denied"), ("perhaps", "access_denied")])
async def test_what_asks_is_shown_and_answered(house: House, said: str, heard: str) -> None:
    """The program, the code once more, from where and when, what it may; then yes, or anything else, which is no."""
    _, browser, told = await _asked(house)
    page = await _look(browser, told["user_code"].lower())
    for part in ("Sign Television in?", told["user_code"], "openid, orders:read", "just now"):
        assert part in page
    answer = await browser.post(f"{DEVICE}/answer", {**browser.forms()[0].fields, "answer": said})
    assert ("The device is signed in" in answer.text) is (said == "yes")
    assert await _fetch(house, told["device_code"]) == heard


async def test_case_53_a_link_brings_no_code_along(house: House) -> None:
    """Whatever stands in the address, the field is empty, and nothing is focused that a key would press."""
    _, browser, told = await _asked(house)
    page = (await browser.get(f"{DEVICE}?user_code={told['user_code']}&code={told['user_code']}#yes")).text
    assert f'value="{told["user_code"]}"' not in page
    answering = await _look(browser, told["user_code"])
    assert "autofocus" not in answering
    assert not re.search(r"<button[^>]*\bid=", answering)


async def test_case_53_a_stranger_cannot_send_the_form(house: House) -> None:
    """Another site's form lacks the token of this session; the device still waits."""
    _, browser, told = await _asked(house)
    await _look(browser, told["user_code"])
    forged = await browser.post(f"{DEVICE}/answer", {"code": told["user_code"], "answer": "yes", "form_token": "x"})
    assert forged.status_code == 403
    assert await _fetch(house, told["device_code"]) == "authorization_pending"


async def test_nobody_answers_without_a_fresh_proof(house: House) -> None:
    """Half an hour after the sign-in the page asks for the proof first, also for the button itself."""
    _, browser, told = await _asked(house)
    await _look(browser, told["user_code"])
    fields = browser.forms()[0].fields
    house.clock.advance(1800)
    answer = await browser.post(f"{DEVICE}/answer", {**fields, "answer": "yes"})
    assert "The device is signed in" not in answer.text
    assert await _fetch(house, told["device_code"]) in ("authorization_pending", "expired_token")


async def test_a_wrong_code_is_said_beside_its_field(house: House) -> None:
    """And five of them close the door for a while."""
    _, browser, _ = await _asked(house)
    assert "No device waits with this code" in await _look(browser, "BCDF-GHJK")
    for _ in range(4):
        await _look(browser, "BCDF-GHJK")
    assert "Too many wrong tries" in await _look(browser, "BCDF-GHJK")


async def test_a_programs_name_is_text(house: House) -> None:
    """A name with markup is shown, not obeyed."""
    _, browser, told = await _asked(house, name='<img src=x onerror="a">')
    page = await _look(browser, told["user_code"])
    assert "<img src=x" not in page
    assert "&lt;img" in page
