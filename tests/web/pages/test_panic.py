"""The panic button on the account's pages."""

from tests.web.house import House

from twogate.web.pages.panic import PANIC

NEW = "another four words of hers"


async def test_this_was_not_me(house: House) -> None:
    """Everything ends, this browser is signed out, the next sign-in leads to a new password before anything else."""
    ada = await house.person()
    here, there = house.browser(), house.browser()
    for browser in (here, there):
        await browser.sign_in(ada)
    house.clock.advance(4 * 86_400)  # so that the app is an old one
    await here.sign_in(ada)
    page = await here.get(PANIC)
    assert "72 hours" in page.text
    done = await here.fill()
    assert done.status_code == 200
    assert here.cookie("twogate") == here.cookie("twogate-session") == ""
    assert (await there.get("/.twogate/account")).status_code == 303
    await here.sign_in(ada)
    assert here.cookie("twogate") == ""  # nothing opens yet
    assert here.landed == "/.twogate/account/password"
    await here.get("/.twogate/account/password")
    await here.fill(present=ada.password, wanted=NEW)
    assert here.cookie("twogate") != ""


async def test_the_button_is_pressed_by_the_owner_only(house: House) -> None:
    """A form without the session's own token is refused, and a stranger is sent to the sign-in."""
    ada = await house.person()
    browser = house.browser()
    await browser.sign_in(ada)
    assert (await browser.post(PANIC, {"form_token": "x"})).status_code == 403
    assert (await house.browser().post(PANIC, {})).status_code == 303
    assert (await browser.get("/.twogate/account")).status_code == 200
