"""Signing in and stepping up, as a browser without scripts does it."""

from tests.web.house import House


async def test_password_then_code_then_where_one_wanted_to_be(house: House) -> None:
    """Name and password, then the code, then 303 to the page that asked, with three cookies set."""
    ada, browser = await house.person(), house.browser()
    page = await browser.get("/.twogate/sign-in?return_to=%2Forders%3Fpage%3D2")
    assert page.status_code == 200
    page = await browser.fill(name="ada", password=ada.password)
    assert page.status_code == 200
    assert 'autocomplete="one-time-code"' in page.text
    page = await browser.fill(code=ada.code(house.clock))
    assert page.status_code == 303
    assert page.headers["location"] == "/orders?page=2"
    assert all(browser.cookie(name) for name in ("twogate", "twogate-session", "twogate-device"))
    assert not browser.cookie("twogate-flow")
