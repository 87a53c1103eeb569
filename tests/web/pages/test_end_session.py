"""A client asks that somebody be signed out: a stranger's link ends nothing by itself."""

from tests.web.house import House

LOGOUT = "/.twogate/oauth2/logout"


async def test_a_person_is_asked_and_then_signed_out(house: House) -> None:
    """The question first, our own form ends the session, a forged one does not."""
    ada = await house.person()
    browser = house.browser()
    await browser.sign_in(ada)
    assert (await browser.get(LOGOUT)).status_code == 200
    assert (await browser.post(f"{LOGOUT}/confirm", {"form_token": "x"})).status_code == 403
    await browser.get(LOGOUT)
    assert (await browser.fill()).status_code == 200
    assert (await browser.get("/.twogate/account")).status_code == 303


async def test_nobody_is_sent_to_an_address_that_nobody_registered(house: House) -> None:
    """Signed in or not: our own page."""
    answer = await house.browser().get(f"{LOGOUT}?post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F")
    assert (answer.status_code, "location" in answer.headers) == (400, False)
