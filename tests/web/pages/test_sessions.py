"""Where one is signed in."""

from tests.web.house import Browser, House, Person

ACCOUNT = "/.twogate/account"
SESSIONS = f"{ACCOUNT}/sessions"


async def _at_home(house: House, name: str = "ada") -> tuple[Person, Browser]:
    person, browser = await house.person(name), house.browser()
    await browser.sign_in(person)
    await browser.get(SESSIONS)
    return person, browser


def _form(browser: Browser, action: str) -> int:
    return next(at for at, form in enumerate(browser.forms()) if form.action == action)


async def test_ending_another_session(house: House) -> None:
    """A session ended from another browser opens nothing any more; this one goes on."""
    ada, browser = await _at_home(house)
    other = house.browser()
    await other.sign_in(ada)
    page = await browser.get(SESSIONS)
    assert "this browser" in page.text
    assert "Two factors" in page.text
    page = await browser.fill(_form(browser, f"{ACCOUNT}/end"))
    assert page.headers["location"] == f"{SESSIONS}?done=ended"
    assert "That session has ended." in (await browser.get(page.headers["location"])).text
    assert (await other.get(ACCOUNT)).status_code == 303


async def test_ending_all_others(house: House) -> None:
    """One button ends every session but this one; the devices are still known."""
    ada, browser = await _at_home(house)
    others = [house.browser(), house.browser()]
    for other in others:
        await other.sign_in(ada)
    await browser.get(SESSIONS)
    await browser.fill(_form(browser, f"{ACCOUNT}/end-others"))
    assert [(await other.get(ACCOUNT)).status_code for other in others] == [303, 303]
    page = await browser.get(SESSIONS)
    assert "You are signed in nowhere else." in page.text
    assert "Devices you used before" in page.text


async def test_nobody_ends_another_persons_session(house: House) -> None:
    """The id of somebody else's session is not found."""
    eve, victim = await _at_home(house, "eve")
    ada, browser = await _at_home(house)
    foreign = (await house.deps.sessions.of_user(eve.id))[0].id
    other = house.browser()
    await other.sign_in(ada)
    await browser.get(SESSIONS)
    fields = {**browser.forms()[_form(browser, f"{ACCOUNT}/end")].fields, "session": foreign}
    page = await browser.post(f"{ACCOUNT}/end", fields)
    assert page.status_code == 422
    assert (await victim.get(ACCOUNT)).status_code == 200


async def test_a_session_says_where_it_began(house: House) -> None:
    """City and country of its address, as far as they are known."""
    ada, browser = await house.person(), house.browser()
    browser.client.headers["x-twogate-address"] = "8.8.8.8"
    await browser.sign_in(ada)
    assert "US, 8.8.8.8" in (await browser.get(SESSIONS)).text
