"""Pages for somebody who is signed in."""

from tests.web.house import House

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.web.pages.signed_in import done, step_up


async def test_looking_after_the_account_is_use_of_the_session(house: House) -> None:
    """Whoever is on their account's pages is not signed out for being idle."""
    browser = house.browser()
    await browser.sign_in(await house.person())
    for _ in range(3):
        house.clock.advance(3_000)
        assert (await browser.get("/.twogate/account")).status_code == 200
    house.clock.advance(3_601)
    assert (await browser.get("/.twogate/account")).status_code == 303


async def test_a_form_without_a_session_comes_back_to_the_account(house: House) -> None:
    """The target of a form is no page to come back to."""
    page = await house.browser().post("/.twogate/account/end-others", {"form_token": "x"})
    assert page.headers["location"] == "/.twogate/sign-in?return_to=%2F.twogate%2Faccount"


async def test_case_23_a_form_of_an_older_session_secret_is_refused(house: House) -> None:
    """After a step-up the forms of before are void, because the secret they hang on is."""
    browser = house.browser()
    ada = await house.person()
    await browser.sign_in(ada)
    await browser.get("/.twogate/account/password")
    form = browser.forms()[0]
    await browser.fill(present=ada.password, wanted="quite another set of words 7")
    assert (await browser.post(form.action, {**form.fields, "present": "x", "wanted": "y"})).status_code == 403


def test_addresses() -> None:
    """The step-up's address says what is needed and where to go afterwards."""
    assert step_up(Need(Level.AAL2, 300), "/a?b") == "/.twogate/step-up?level=aal2&max_age=300&return_to=%2Fa%3Fb"
    assert step_up(Need(Level.AAL1), "/") == "/.twogate/step-up?level=aal1&return_to=%2F"
    assert done("ended").headers["location"] == "/.twogate/account/sessions?done=ended"
