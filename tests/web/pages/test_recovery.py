"""How one gets back in, before it is needed."""

from tests.web.house import House

RECOVERY = "/.twogate/account/recovery"


async def test_what_is_left_is_told(house: House) -> None:
    """How many codes there are, and that there are none; making new ones is one press away."""
    ada, browser = await house.person(), house.browser()
    await browser.sign_in(ada)
    assert "No recovery codes" in (await browser.get(RECOVERY)).text
    await house.recovery_codes(ada)
    page = await browser.get(RECOVERY)
    assert "10 recovery codes left" in page.text
    assert "/.twogate/account/codes" in {form.action for form in browser.forms()}


async def test_an_old_proof_is_renewed_first(house: House) -> None:
    """After some minutes the page offers no codes, only the proof, which leads back here."""
    ada, browser = await house.person(), house.browser()
    await browser.sign_in(ada)
    house.clock.advance(600)
    page = await browser.get(RECOVERY)
    assert "return_to=%2F.twogate%2Faccount%2Frecovery" in page.text
    assert browser.forms() == []
