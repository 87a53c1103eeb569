"""Choosing a language."""

import pytest
from tests.web.house import House

LANGUAGE = "/.twogate/language"


async def test_a_choice_is_kept_and_leads_back(house: House) -> None:
    """The page is there again in the language that was chosen, whatever the browser asks for."""
    browser = house.browser()
    page = await browser.get("/.twogate/sign-in?return_to=%2Forders%3Fa%3D1", accept_language="fr")
    assert '<html lang="fr">' in page.text
    link = next(one.split('"')[0] for one in page.text.split('href="')[1:] if "to=de&amp;" in one)
    page = await browser.get(link.replace("&amp;", "&"))
    assert page.status_code == 303
    assert page.headers["location"] == "/.twogate/sign-in?return_to=%2Forders%3Fa%3D1"
    page = await browser.get(page.headers["location"], accept_language="fr")
    assert '<html lang="de">' in page.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
async def test_the_way_back_is_on_this_site(house: House, back: str) -> None:
    """A link of ours cannot be made to lead elsewhere."""
    page = await house.browser().get(f"{LANGUAGE}?to=es&return_to={back}")
    assert page.headers["location"] == "/.twogate/account"


async def test_a_language_that_is_none_is_not_found(house: House) -> None:
    """Nothing is kept that we do not speak."""
    page = await house.browser().get(f"{LANGUAGE}?to=tlh&return_to=/")
    assert page.status_code == 404
    assert "set-cookie" not in page.headers


async def test_an_answer_to_a_form_has_no_switch(house: House) -> None:
    """No address leads back to what a form was answered with, so nothing is offered that would lose it."""
    await house.person()
    browser = house.browser()
    assert "hreflang" in (await browser.get("/.twogate/sign-in")).text
    assert "hreflang" not in (await browser.fill(name="ada", password="wrong")).text


async def test_mails_follow_the_reader(house: House) -> None:
    """What an account's owner last read is kept at sign-in, and when they choose another; a guess is not."""
    ada, browser = await house.person(), house.browser()

    async def kept() -> str:
        async with house.deps.store.read() as unit:
            found = await unit.users.get(ada.id)
        return found.language if found else "gone"

    await browser.sign_in(ada)
    assert await kept() == ""
    browser = house.browser()
    browser.client.headers["accept-language"] = "fr-CH, en;q=0.5"
    house.clock.advance(60)
    await browser.sign_in(ada)
    assert await kept() == "fr"
    await browser.get(f"{LANGUAGE}?to=de&return_to=/")
    assert await kept() == "de"


async def test_a_link_of_another_site_chooses_nothing(house: House) -> None:
    """Nobody has an owner's warnings written in a language that they cannot read."""
    ada, browser = await house.person(), house.browser()
    await browser.sign_in(ada)
    for site in ("cross-site", "same-site"):
        page = await browser.get(f"{LANGUAGE}?to=zh-Hans", sec_fetch_site=site)
        assert page.status_code == 303
        assert "set-cookie" not in page.headers
    async with house.deps.store.read() as unit:
        found = await unit.users.get(ada.id)
    assert found is not None
    assert found.language != "zh-Hans"
    assert "set-cookie" in (await browser.get(f"{LANGUAGE}?to=zh-Hans", sec_fetch_site="none")).headers
