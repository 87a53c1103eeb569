"""Whether one's typing is compared: a page of one's own."""

import json
from collections.abc import AsyncIterator

import pytest
from tests.ports import FakeClock, SeededEntropy
from tests.web.house import CHEAP, Browser, House, Person

from twogate.settings.model import Settings
from twogate.settings.risk import RiskSettings
from twogate.store.unit import Store

TYPING = "/.twogate/account/typing"
KEYS = json.dumps([[number * 150, number * 150 + 80] for number in range(28)])


@pytest.fixture
async def offering(store: Store, fake_clock: FakeClock, seeded_entropy: SeededEntropy) -> AsyncIterator[House]:
    """An installation that offers it."""
    settings = Settings(hashing=CHEAP, risk=RiskSettings(typing=True))
    built = House.build(store, fake_clock, seeded_entropy, settings=settings)
    yield built
    await built.close()


async def at_home(house: House) -> tuple[Person, Browser]:
    person, browser = await house.person(), house.browser()
    await browser.sign_in(person)
    return person, browser


async def test_it_is_switched_on_and_off_by_its_owner(offering: House) -> None:
    """Each says what it did, and the page says what is kept."""
    ada, browser = await at_home(offering)
    assert TYPING in (await browser.get("/.twogate/account/factors")).text
    page = await browser.get(TYPING)
    assert "It is switched off. Nothing is kept." in page.text
    assert "script" not in page.text.split("<body>")[1]
    page = await browser.fill()
    assert page.headers["location"] == "/.twogate/account/factors?done=typing_chosen"
    assert "it is learnt how you type" in (await browser.get(page.headers["location"])).text
    assert await offering.deps.typing.samples(ada.id) == 0
    assert "Samples so far: 0; from 10 on" in (await browser.get(TYPING)).text
    page = await browser.fill()
    assert page.headers["location"].endswith("done=typing_erased")
    assert await offering.deps.typing.samples(ada.id) is None


async def test_what_the_sign_in_page_measures_is_learnt(offering: House) -> None:
    """The form asks for it where it is offered, and a sign-in that passed adds one sample."""
    ada, browser = await offering.person(), offering.browser()
    await offering.deps.typing.choose(ada.id)
    page = await browser.get("/.twogate/sign-in")
    assert "data-typing" in page.text
    form = browser.forms()[0]
    await browser.post(form.action, {**form.fields, "name": "ada", "password": ada.password, "typing": KEYS})
    offering.clock.advance(31)
    await browser.fill(code=ada.code(offering.clock))
    assert await offering.deps.typing.samples(ada.id) == 1


async def test_where_it_is_not_offered_there_is_no_such_page(house: House) -> None:
    """Neither a link nor a measurement; what was chosen before can still be taken back."""
    ada, browser = await at_home(house)
    assert (await browser.get(TYPING)).status_code == 404
    assert TYPING not in (await browser.get("/.twogate/account/factors")).text
    assert "data-typing" not in (await house.browser().get("/.twogate/sign-in")).text
    async with house.deps.store.work() as unit:
        await unit.typing.choose(ada.id, house.clock.now())
    assert "Switch off and erase" in (await browser.get(TYPING)).text
    await browser.fill()
    assert await house.deps.typing.samples(ada.id) is None


async def test_an_old_proof_is_renewed_first(offering: House) -> None:
    """Whoever finds an open session cannot switch a warning off."""
    ada, browser = await at_home(offering)
    await browser.get(TYPING)
    form = browser.forms()[0]
    offering.clock.advance(600)
    assert (await browser.post(TYPING, form.fields)).status_code == 403
    assert (await browser.get(TYPING)).headers["location"].startswith("/.twogate/step-up")
    assert await offering.deps.typing.samples(ada.id) is None


async def test_a_form_from_elsewhere_changes_nothing(offering: House) -> None:
    """Only a page of ours can switch it."""
    ada, browser = await at_home(offering)
    assert (await browser.post(TYPING, {"wanted": "on", "form_token": "x"})).status_code == 403
    assert await offering.deps.typing.samples(ada.id) is None
