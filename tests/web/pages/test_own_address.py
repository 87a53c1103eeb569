"""Changing one's mail address on the account's pages."""

from tests.web.house import Browser, House, Person

ADDRESS = "/.twogate/account/address"
NEW = "ada@new.example"


async def _code(house: House) -> str:
    async with house.deps.store.work() as unit:
        waiting = await unit.dispatches.take(house.clock.now(), lease=1)
    return next(one.dispatch.facts["code"] for one in waiting if "code" in one.dispatch.facts)


async def _at_the_form(house: House) -> tuple[Person, Browser]:
    person, browser = await house.person(), house.browser()
    await browser.sign_in(person)
    await browser.get(ADDRESS)
    return person, browser


async def _email(house: House, person: Person) -> str:
    async with house.deps.store.read() as unit:
        user = await unit.users.get(person.id)
    assert user is not None
    return user.email


async def test_the_address_changes_by_its_code(house: House) -> None:
    """First the address, then the code that it got; the account page shows it."""
    ada, browser = await _at_the_form(house)
    page = await browser.fill(address=NEW)
    assert page.status_code == 200
    assert "a•••@new.example" in page.text
    code = await _code(house)
    assert code not in page.text
    page = await browser.fill(code=f"{code[:4]} {code[4:]}")
    assert page.headers["location"] == "/.twogate/account?done=address_changed"
    assert await _email(house, ada) == NEW
    page = await browser.get(page.headers["location"])
    assert NEW in page.text
    assert "Your mail address was changed." in page.text


async def test_a_wrong_code_is_asked_again(house: House) -> None:
    """The page says so, and the right one still works."""
    ada, browser = await _at_the_form(house)
    await browser.fill(address=NEW)
    page = await browser.fill(code="00000000")
    assert page.status_code == 422
    assert 'href="#code"' in page.text
    assert await _email(house, ada) == ""
    await browser.fill(code=await _code(house))
    assert await _email(house, ada) == NEW


async def test_what_is_no_address_is_told(house: House) -> None:
    """With what was typed still there."""
    _, browser = await _at_the_form(house)
    page = await browser.fill(address="ada@new.example, eve@evil.example")
    assert page.status_code == 422
    assert "This is not a mail address" in page.text
    assert "eve@evil.example" in page.text


async def test_a_code_without_its_flow_changes_nothing(house: House) -> None:
    """A browser that lost the cookie begins again."""
    ada, browser = await _at_the_form(house)
    await browser.fill(address=NEW)
    form = browser.forms()[0]
    code = await _code(house)
    browser.client.cookies.delete("twogate-flow")
    page = await browser.post(form.action, {**form.fields, "code": code})
    assert page.status_code == 410
    assert await _email(house, ada) == ""


async def test_no_other_site_changes_an_address(house: House) -> None:
    """Without the page's token, or sent by another site, no code leaves."""
    _, browser = await _at_the_form(house)
    form = browser.forms()[0]
    assert (await browser.post(form.action, {"form_token": "x", "address": NEW})).status_code == 403
    fields = {**form.fields, "address": NEW}
    assert (await browser.post(form.action, fields, origin="https://evil.example")).status_code == 403
    async with house.deps.store.work() as unit:
        waiting = await unit.dispatches.take(house.clock.now(), lease=1)
    assert not any("code" in one.dispatch.facts for one in waiting)
