"""Setting a factor up, and new recovery codes."""

import re
from dataclasses import replace

from tests.web.house import Browser, House, Person

from twogate.rules.signin.upkeep import MOST_AUTHENTICATORS
from twogate.terms.ids import CredentialId

ENROL = "/.twogate/enrol"
APP = f"{ENROL}?factor=totp"
ACCOUNT = "/.twogate/account"


def _seed(browser: Browser) -> str:
    assert browser.page is not None
    return browser.page.text.split('class="typed-secret">')[1].split("<")[0].replace(" ", "")


def _codes(browser: Browser) -> list[str]:
    assert browser.page is not None
    return [one.split("<")[0] for one in browser.page.text.split('class="codes"')[1].split("<li>")[1:]]


async def _at_home(house: House) -> tuple[Person, Browser]:
    person, browser = await house.person(), house.browser()
    await browser.sign_in(person)
    return person, browser


async def test_a_new_app_is_set_up_by_its_code_and_codes_are_shown(house: House) -> None:
    """The picture, the code, then the recovery codes that the account did not have; new cookies at once."""
    _, browser = await _at_home(house)
    page = await browser.get(APP)
    assert page.status_code == 200
    assert 'src="data:image/svg+xml' in page.text
    seed, before = _seed(browser), browser.cookie("twogate-session")
    assert (await browser.fill(code="000000")).status_code == 422
    page = await browser.fill(code=Person("", "", "", seed).code(house.clock))  # type: ignore[arg-type]
    assert page.status_code == 200
    codes = _codes(browser)
    assert len(codes) == 10
    assert browser.cookie("twogate-session") != before
    assert (await browser.fill(code="none of them")).status_code == 422
    page = await browser.fill(code=codes[0])
    assert page.headers["location"] == f"{ACCOUNT}/recovery?done=codes_kept"
    assert "10 recovery codes left" in (await browser.get(page.headers["location"])).text


async def test_putting_it_off_changes_nothing(house: House) -> None:
    """Not now leads back to what there is."""
    _, browser = await _at_home(house)
    await browser.get(APP)
    assert (await browser.fill(-1)).headers["location"] == f"{ACCOUNT}/factors"


async def test_without_a_name_one_is_asked_which(house: House) -> None:
    """The first page of setting up is a list of what may be added, none of it twice."""
    _, browser = await _at_home(house)
    page = await browser.get(ENROL)
    assert page.status_code == 200
    offered = re.findall(r'href="/\.twogate/enrol\?factor=([a-z_]+)"', page.text)
    assert offered
    assert "totp" not in offered
    assert len(offered) == len(set(offered))


async def test_an_old_proof_is_renewed_first_and_leads_back(house: House) -> None:
    """Setting up needs a fresh proof; the step-up knows the way back to setting up."""
    _, browser = await _at_home(house)
    house.clock.advance(600)
    page = await browser.get(f"{ENROL}?factor=totp")
    assert page.status_code == 303
    assert page.headers["location"].startswith("/.twogate/step-up?level=aal2&max_age=300&return_to=")
    assert page.headers["location"].endswith("return_to=%2F.twogate%2Fenrol%3Ffactor%3Dtotp")


async def test_an_unknown_factor_is_not_offered(house: House) -> None:
    """A factor that does not exist, or cannot be set up here, is a page that says so."""
    _, browser = await _at_home(house)
    for factor in ("nonsense", "password", "recovery_code"):
        page = await browser.get(f"{ENROL}?factor={factor}")
        assert page.status_code == 422
        assert "not offered" in page.text


async def test_case_14_a_sign_in_handle_sets_nothing_up(house: House) -> None:
    """The handle of a flow for another purpose is refused, and the reverse."""
    _, browser = await _at_home(house)
    await browser.get(APP)
    form = browser.forms()[0]
    other = house.browser()
    await other.get("/.twogate/sign-in")
    browser.client.cookies.set("twogate-flow", other.cookie("twogate-flow"), domain="localhost.local", path="/")
    page = await browser.post(form.action, {**form.fields, "code": "123456"})
    assert page.status_code == 410


async def test_new_recovery_codes_replace_the_old(house: House) -> None:
    """New codes are shown once; the old ones open nothing."""
    ada, browser = await _at_home(house)
    old = await house.recovery_codes(ada)
    await browser.get(f"{ACCOUNT}/recovery")
    at = next(at for at, form in enumerate(browser.forms()) if form.action == f"{ACCOUNT}/codes")
    await browser.fill(at)
    new = _codes(browser)
    assert not set(new) & set(old)
    page = await browser.fill(code="wrong")
    assert not any(code in page.text for code in new)
    page = await browser.fill(1)
    assert page.headers["location"] == f"{ACCOUNT}/recovery?done=codes_not_kept"
    stranger = house.browser()
    await stranger.get("/.twogate/sign-in")
    await stranger.fill(name="ada", password=ada.password)
    at = next(at for at, form in enumerate(stranger.forms()) if form.fields.get("factor") == "recovery_code")
    assert (await stranger.fill(at, code=old[0])).status_code == 422


async def test_a_full_account_is_told_so(house: House) -> None:
    """No offer is made; the page says what to do."""
    ada, browser = await house.person(), house.browser()
    await browser.sign_in(ada)
    async with house.deps.store.work() as unit:
        (app,) = [one for one in await unit.credentials.of_user(ada.id) if one.factor == "totp"]
        for number in range(MOST_AUTHENTICATORS):
            await unit.credentials.add(replace(app, id=CredentialId(f"crd_{number}")))
    page = await browser.get("/.twogate/enrol?factor=totp")
    assert page.status_code == 422
    assert "as many of these as one may have" in page.text
