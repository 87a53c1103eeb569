"""Signing out."""

from tests.web.house import House

from twogate.terms.changes import ChangeKind

SIGN_OUT = "/.twogate/sign-out"


async def test_signing_out_ends_the_session_everywhere(house: House) -> None:
    """The cookies go, the session is dead, and the gateways hear that its tokens are revoked."""
    browser = house.browser()
    await browser.sign_in(await house.person())
    stolen = browser.cookie("twogate-session")
    await browser.get(SIGN_OUT)
    page = await browser.fill()
    assert page.status_code == 200
    assert "You are signed out" in page.text
    assert not any(browser.cookie(name) for name in ("twogate", "twogate-session", "twogate-flow"))
    assert browser.cookie("twogate-device")
    thief = house.browser()
    thief.client.cookies.set("twogate-session", stolen)
    assert (await thief.get("/.twogate/account")).status_code == 303
    async with house.deps.store.read() as unit:
        changes = await unit.feed.after(0)
    assert ChangeKind.GRANT_REVOKED in {change.kind for change in changes}


async def test_no_other_site_signs_anybody_out(house: House) -> None:
    """Looking at the page ends nothing, nor does a form without its token or from elsewhere."""
    browser = house.browser()
    await browser.sign_in(await house.person())
    await browser.get(SIGN_OUT)
    form = browser.forms()[0]
    assert (await browser.post(form.action, {"form_token": "x"})).status_code == 403
    assert (await browser.post(form.action, form.fields, origin="https://evil.example")).status_code == 403
    assert (await browser.get("/.twogate/account")).status_code == 200


async def test_whoever_is_signed_out_already_is_told_so(house: House) -> None:
    """Without a session both requests show the same page."""
    browser = house.browser()
    assert "You are signed out" in (await browser.get(SIGN_OUT)).text
    assert "You are signed out" in (await browser.post(SIGN_OUT, {"form_token": ""})).text
