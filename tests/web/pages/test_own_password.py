"""Changing one's own password."""

from tests.web.house import Browser, House, Person

PASSWORD = "/.twogate/account/password"
BETTER = "quite another set of words 7"


async def _at_the_form(house: House) -> tuple[Person, Browser]:
    person, browser = await house.person(), house.browser()
    await browser.sign_in(person)
    await browser.get(PASSWORD)
    return person, browser


async def test_the_new_password_is_in_force_and_other_sessions_are_not(house: House) -> None:
    """The old password is dead, other browsers are signed out, this one goes on under a new secret."""
    ada, browser = await _at_the_form(house)
    other = house.browser()
    await other.sign_in(ada)
    before = browser.cookie("twogate-session")
    page = await browser.fill(present=ada.password, wanted=BETTER)
    assert page.headers["location"] == "/.twogate/account/factors?done=password_changed"
    assert browser.cookie("twogate-session") != before
    assert (await browser.get("/.twogate/account")).status_code == 200
    assert (await other.get("/.twogate/account")).status_code == 303
    await other.get("/.twogate/sign-in")
    assert (await other.fill(name="ada", password=ada.password)).status_code == 422
    assert (await other.fill(name="ada", password=BETTER)).status_code == 200


async def test_the_present_password_is_asked_for(house: House) -> None:
    """A wrong present password changes nothing and says which field was wrong."""
    _, browser = await _at_the_form(house)
    page = await browser.fill(present="wrong", wanted=BETTER)
    assert page.status_code == 422
    assert 'href="#present"' in page.text
    assert "Your current password is not right" in page.text
    assert "The name" not in page.text
    assert BETTER not in page.text


async def test_a_poor_password_is_refused_with_reason_and_advice(house: House) -> None:
    """NIST SP 800-63B-4 section 3.1.1.2: the reason is told."""
    ada, browser = await _at_the_form(house)
    page = await browser.fill(present=ada.password, wanted="short")
    assert page.status_code == 422
    assert "too short" in page.text
    assert "At least 8 characters." in page.text
    assert 'href="#wanted"' in page.text
    page = await browser.fill(present=ada.password, wanted="password123")
    assert page.status_code == 422


async def test_an_old_proof_is_renewed_first(house: House) -> None:
    """The form is shown only after a fresh proof, and a form kept open is not obeyed either."""
    ada, browser = await _at_the_form(house)
    form = browser.forms()[0]
    house.clock.advance(600)
    page = await browser.get(PASSWORD)
    assert page.headers["location"].startswith("/.twogate/step-up?level=aal2&max_age=300&return_to=")
    page = await browser.post(form.action, {**form.fields, "present": ada.password, "wanted": BETTER})
    assert page.status_code == 303
    assert page.headers["location"] == PASSWORD
