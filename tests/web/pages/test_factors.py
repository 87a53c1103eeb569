"""One's own factors: see them, name them, remove one."""

from tests.web.house import Browser, House, Person

ACCOUNT = "/.twogate/account"
FACTORS = f"{ACCOUNT}/factors"


async def _at_home(house: House) -> tuple[Person, Browser, str]:
    """Somebody signed in, with recovery codes; and the id of their app."""
    person, browser = await house.person(), house.browser()
    await house.recovery_codes(person)
    await browser.sign_in(person)
    async with house.deps.store.read() as unit:
        app = next(one for one in await unit.credentials.of_user(person.id) if one.factor == "totp")
    return person, browser, app.id


async def _ids(house: House, person: Person) -> set[str]:
    async with house.deps.store.read() as unit:
        return {one.id for one in await unit.credentials.of_user(person.id)}


async def test_what_is_set_up_is_listed(house: House) -> None:
    """Each factor with what may be done with it."""
    _, browser, app = await _at_home(house)
    page = await browser.get(FACTORS)
    for words in ("Password", "Authenticator app", "Recovery code", "10 recovery codes left", "used just now"):
        assert words in page.text
    for where in (f"{FACTORS}/rename?credential={app}", f"{FACTORS}/remove?credential={app}", f"{ACCOUNT}/password"):
        assert f'href="{where}"' in page.text


async def test_a_factor_gets_a_name_of_its_owners(house: House) -> None:
    """The name is shown in place of the kind, which stands beside it."""
    _, browser, app = await _at_home(house)
    await browser.get(f"{FACTORS}/rename?credential={app}")
    assert (await browser.fill(name="  ")).status_code == 422
    assert 'href="#name"' in (browser.page.text if browser.page else "")
    page = await browser.fill(name="Old <phone>")
    assert page.headers["location"] == f"{FACTORS}?done=renamed"
    page = await browser.get(page.headers["location"])
    assert "Old &lt;phone&gt;" in page.text
    assert "Authenticator app" in page.text
    assert "It has its new name." in page.text


async def test_removing_asks_first(house: House) -> None:
    """The first press shows what follows; nothing is gone until the second."""
    ada, browser, app = await _at_home(house)
    page = await browser.get(f"{FACTORS}/remove?credential={app}")
    assert "you will have to sign in again" in page.text
    assert app in await _ids(house, ada)
    page = await browser.fill()
    assert page.headers["location"] == "/.twogate/sign-in"
    assert app not in await _ids(house, ada)
    assert not browser.cookie("twogate")
    assert not browser.cookie("twogate-session")


async def test_another_persons_factor_is_not_found(house: House) -> None:
    """The id of somebody else's factor, or of none, is a page that is not there."""
    _, browser, _ = await _at_home(house)
    eve = await house.person("eve")
    foreign = next(iter(await _ids(house, eve)))
    for credential in (foreign, "crd_none", ""):
        for what in ("rename", "remove"):
            assert (await browser.get(f"{FACTORS}/{what}?credential={credential}")).status_code == 404


async def test_an_old_proof_must_be_renewed_before_anything_changes(house: House) -> None:
    """After some minutes the list says so, the forms lead to the proof and back, and a form kept open is refused."""
    ada, browser, app = await _at_home(house)
    await browser.get(f"{FACTORS}/remove?credential={app}")
    kept = browser.forms()[0]
    await browser.get(f"{FACTORS}/rename?credential={app}")
    renaming = browser.forms()[0]
    house.clock.advance(600)
    page = await browser.get(FACTORS)
    assert "prove once more" in page.text
    assert "/.twogate/step-up?level=aal2" in page.text
    page = await browser.get(f"{FACTORS}/remove?credential={app}")
    assert page.status_code == 303
    assert page.headers["location"].endswith(f"return_to=%2F.twogate%2Faccount%2Ffactors%2Fremove%3Fcredential%3D{app}")
    assert (await browser.post(kept.action, kept.fields)).status_code == 422
    assert (await browser.post(renaming.action, {**renaming.fields, "name": "x"})).status_code == 422
    assert app in await _ids(house, ada)


async def test_case_18_removing_a_factor_needs_our_own_form(house: House) -> None:
    """Without the page's token, or sent by another site, nothing is removed."""
    ada, browser, app = await _at_home(house)
    await browser.get(f"{FACTORS}/remove?credential={app}")
    form = browser.forms()[0]
    assert (await browser.post(form.action, {**form.fields, "form_token": ""})).status_code == 403
    assert (await browser.post(form.action, form.fields, origin="https://evil.example")).status_code == 403
    assert app in await _ids(house, ada)


async def test_the_last_second_factor_stays(house: House) -> None:
    """With nothing to come back by, the second factor cannot be removed, and no page offers it."""
    ada, browser = await house.person(), house.browser()
    await browser.sign_in(ada)
    page = await browser.get(FACTORS)
    assert f"{FACTORS}/remove" not in page.text
