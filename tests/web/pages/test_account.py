"""The account page and its forms."""

import pytest
from tests.web.house import Browser, House, Person

ACCOUNT = "/.twogate/account"


async def _at_home(house: House, name: str = "ada") -> tuple[Person, Browser]:
    """Somebody signed in, looking at their account."""
    person, browser = await house.person(name), house.browser()
    await browser.sign_in(person)
    await browser.get(ACCOUNT)
    return person, browser


def _form(browser: Browser, action: str) -> int:
    return next(at for at, form in enumerate(browser.forms()) if form.action == action)


async def test_a_stranger_is_sent_to_sign_in_and_comes_back(house: House) -> None:
    """Without a session the page leads to the sign-in page, which knows the way back."""
    page = await house.browser().get(f"{ACCOUNT}?done=ended")
    assert page.status_code == 303
    assert page.headers["location"] == "/.twogate/sign-in?return_to=%2F.twogate%2Faccount%3Fdone%3Dended"


async def test_the_page_shows_factors_sessions_and_what_happened(house: House) -> None:
    """One page has it all, without a secret in it."""
    ada, browser = await _at_home(house)
    assert browser.page is not None
    assert browser.page.status_code == 200
    for words in ("Ada", "Password", "Authenticator app", "this browser"):
        assert words in browser.page.text
    assert ada.seed not in browser.page.text
    assert "argon2" not in browser.page.text


async def test_ending_another_session(house: House) -> None:
    """A session ended from another browser opens nothing any more; this one goes on."""
    ada, browser = await _at_home(house)
    other = house.browser()
    await other.sign_in(ada)
    await browser.get(ACCOUNT)
    page = await browser.fill(_form(browser, f"{ACCOUNT}/end"))
    assert page.headers["location"] == f"{ACCOUNT}?done=ended"
    assert "That session has ended." in (await browser.get(page.headers["location"])).text
    assert (await other.get(ACCOUNT)).status_code == 303


async def test_ending_all_others(house: House) -> None:
    """One button ends every session but this one."""
    ada, browser = await _at_home(house)
    others = [house.browser(), house.browser()]
    for other in others:
        await other.sign_in(ada)
    await browser.get(ACCOUNT)
    await browser.fill(_form(browser, f"{ACCOUNT}/end-others"))
    assert [(await other.get(ACCOUNT)).status_code for other in others] == [303, 303]
    assert (await browser.get(ACCOUNT)).status_code == 200


async def test_nobody_ends_another_persons_session(house: House) -> None:
    """The id of somebody else's session is not found."""
    _, victim = await _at_home(house, "eve")
    ada, browser = await _at_home(house)
    sessions = await house.deps.sessions.of_user(ada.id)
    token = browser.forms()
    victims = [one.id for one in await house.deps.sessions.of_user((await house.deps.sessions.of_user(ada.id))[0].user)]
    assert sessions[0].id in victims
    async with house.deps.store.read() as unit:
        eve = await unit.users.by_name("eve")
        assert eve is not None
        foreign = (await unit.sessions.of_user(eve.id))[0].id
    fields = {"form_token": token[0].fields["form_token"], "session": foreign} if token else {}
    if not fields:
        other = house.browser()
        await other.sign_in(ada)
        await browser.get(ACCOUNT)
        fields = {**browser.forms()[_form(browser, f"{ACCOUNT}/end")].fields, "session": foreign}
    page = await browser.post(f"{ACCOUNT}/end", fields)
    assert page.status_code == 422
    assert (await victim.get(ACCOUNT)).status_code == 200


async def test_an_old_proof_must_be_renewed_before_anything_changes(house: House) -> None:
    """After some minutes the page offers no change, only to confirm; the forms are refused as well."""
    ada, browser = await _at_home(house)
    await house.recovery_codes(ada)
    await browser.get(ACCOUNT)
    remove = browser.forms()[_form(browser, f"{ACCOUNT}/remove")]
    house.clock.advance(600)
    page = await browser.get(ACCOUNT)
    assert "prove once more" in page.text
    assert "/.twogate/step-up?level=aal2" in page.text
    assert f'action="{ACCOUNT}/remove"' not in page.text
    page = await browser.post(remove.action, remove.fields)
    assert page.status_code == 422
    async with house.deps.store.read() as unit:
        assert len(await unit.credentials.of_user(ada.id)) == 3


async def test_case_18_removing_a_factor_needs_our_own_form(house: House) -> None:
    """Without the page's token, or sent by another site, nothing is removed."""
    ada, browser = await _at_home(house)
    await house.recovery_codes(ada)
    await browser.get(ACCOUNT)
    form = browser.forms()[_form(browser, f"{ACCOUNT}/remove")]
    without = {**form.fields, "form_token": ""}
    assert (await browser.post(form.action, without)).status_code == 403
    assert (await browser.post(form.action, form.fields, origin="https://evil.example")).status_code == 403
    async with house.deps.store.read() as unit:
        assert len(await unit.credentials.of_user(ada.id)) == 3


async def test_removing_the_factor_this_session_rests_on_signs_out(house: House) -> None:
    """Whoever removes the factor they signed in with has to sign in again."""
    ada, browser = await _at_home(house)
    await house.recovery_codes(ada)
    await browser.get(ACCOUNT)
    page = await browser.fill(_form(browser, f"{ACCOUNT}/remove"))
    assert page.headers["location"] == "/.twogate/sign-in"
    assert not browser.cookie("twogate")
    assert not browser.cookie("twogate-session")


async def test_the_last_second_factor_stays(house: House) -> None:
    """With nothing to come back by, the second factor cannot be removed."""
    _, browser = await _at_home(house)
    assert f"{ACCOUNT}/remove" not in {form.action for form in browser.forms()}


@pytest.mark.parametrize("done", ["nonsense", "<b>", "ended"])
async def test_only_known_news_are_told(house: House, done: str) -> None:
    """What the address says was done is looked up, never repeated."""
    _, browser = await _at_home(house)
    page = await browser.get(f"{ACCOUNT}?done={done}")
    assert ("has ended" in page.text) == (done == "ended")
    assert "<b>" not in page.text
    assert "nonsense" not in page.text


async def test_notices_are_new_once(house: House) -> None:
    """A notice is marked new until it was looked at."""
    _, browser = await _at_home(house)
    await browser.get("/.twogate/enrol")
    seed = browser.page.text.split('class="typed-secret">')[1].split("<")[0].replace(" ", "") if browser.page else ""
    house.clock.advance(31)
    code = Person("", "", "", seed).code(house.clock)  # type: ignore[arg-type]
    await browser.fill(code=code)
    first, second = await browser.get(ACCOUNT), await browser.get(ACCOUNT)
    assert '<span class="tag">new</span>' in first.text
    assert '<span class="tag">new</span>' not in second.text
