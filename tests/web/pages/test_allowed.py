"""The portal's page of programs: listed, asked, taken back."""

from tests.web.house import House

from twogate.services.consent import Consents
from twogate.terms.consent import Consent
from twogate.terms.ids import ClientId

PROGRAMS = "/.twogate/account/programs"


async def test_a_program_is_listed_and_taken_back(house: House) -> None:
    """One's own only; a program that one has not allowed is not found; twice is as good as once."""
    ada, bob = await house.person("ada"), await house.person("bob")
    async with house.deps.store.work() as unit:
        await unit.consents.keep(Consent(ada.id, ClientId("other"), ("openid", "orders:read"), house.clock.now()))
        await unit.consents.keep(Consent(bob.id, ClientId("his"), (), house.clock.now()))
    browser = house.browser()
    await browser.sign_in(ada)
    page = (await browser.get(PROGRAMS)).text
    assert "other" in page
    assert "orders:read" in page
    assert (await browser.get(f"{PROGRAMS}/withdraw?program=his")).status_code == 404
    assert (await browser.get(f"{PROGRAMS}/withdraw?program=other")).status_code == 200
    await browser.fill()
    assert browser.landed == PROGRAMS
    consents = Consents(house.deps.store, house.clock)
    assert (await consents.of(ada.id), len(await consents.of(bob.id))) == ([], 1)
