"""Signing in and stepping up, as a browser without scripts does it."""

import html
import re

import pytest
from tests.web.house import PASSWORD, Browser, House, Person

from twogate.terms.reasons import SENTENCE, Reason

SIGN_IN = "/.twogate/sign-in"
COOKIES = ("twogate", "twogate-session", "twogate-device")


def _signed_in(browser: Browser) -> bool:
    return any(browser.cookie(name) for name in COOKIES)


async def _half(house: House, browser: Browser) -> Person:
    """Do the password and stop before the code."""
    ada = await house.person()
    await browser.get(f"{SIGN_IN}?return_to=/orders")
    await browser.fill(name="ada", password=PASSWORD)
    return ada


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
    assert all(browser.cookie(name) for name in COOKIES)
    assert not browser.cookie("twogate-flow")


async def test_a_browser_is_forwarded_by_a_page(house: House) -> None:
    """After the last form a browser gets a page that forwards at once, so that no redirect chain follows a form."""
    browser = house.browser()
    ada = await _half(house, browser)
    form = browser.forms()[0]
    page = await browser.post(
        form.action,
        {**form.fields, "code": ada.code(house.clock)},
        **{"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"},
    )
    assert page.status_code == 200
    assert 'content="0;url=/orders"' in page.text
    assert all(browser.cookie(name) for name in COOKIES)


async def test_fields_say_what_they_are(house: House) -> None:
    """The first form is what password managers know: labels, autocomplete, nothing inline."""
    page = await house.browser().get(SIGN_IN)
    assert '<label for="name">' in page.text
    assert 'autocomplete="username webauthn"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert '<html lang="en">' in page.text
    assert "<script>" not in page.text


async def test_a_wrong_password_says_so_beside_its_field(house: House) -> None:
    """The page says what was wrong, links it to the field, and keeps the name but never the password."""
    await house.person()
    browser = house.browser()
    await browser.get(SIGN_IN)
    page = await browser.fill(name="ada", password="not this one")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert 'aria-invalid="true" aria-describedby="wrong"' in page.text
    assert 'value="ada"' in page.text
    assert "not this one" not in page.text
    assert not _signed_in(browser)


async def test_case_33_unknown_names_get_the_same_page(house: House) -> None:
    """The page for a name that nobody has differs from that for a wrong password in nothing but tokens."""
    await house.person()
    pages = []
    for name in ("ada", "bob"):
        browser = house.browser()
        await browser.get(SIGN_IN)
        await browser.fill(name=name, password="not this one")
        fields = {**browser.forms()[0].fields, "form_token": "", "name": ""}
        assert browser.page is not None
        text = browser.page.text.replace(browser.forms()[0].fields["form_token"], "").replace(f'"{name}"', '""')
        text = re.sub(r"challenge&#34;: &#34;[\w-]+", "", text)  # of the passkey: random, whoever asks
        pages.append((browser.page.status_code, fields, text.replace(browser.page.request.headers.get("x", "-"), "")))
    assert pages[0] == pages[1]


async def test_a_wrong_code_is_refused_and_the_right_one_still_passes(house: House) -> None:
    """A mistyped code costs a try and nothing else."""
    browser = house.browser()
    ada = await _half(house, browser)
    page = await browser.fill(code="000000")
    assert page.status_code == 422
    assert not _signed_in(browser)
    assert (await browser.fill(code=ada.code(house.clock))).status_code == 303


async def test_spaces_in_a_code_do_not_matter(house: House) -> None:
    """A code may be typed in groups, as apps show it."""
    browser = house.browser()
    code = (await _half(house, browser)).code(house.clock)
    assert (await browser.fill(code=f" {code[:3]} {code[3:]} ")).status_code == 303


async def test_case_01_the_same_code_again_is_refused(house: House) -> None:
    """A code that signed somebody in is refused at the next sign-in, with the reason."""
    ada = await house.person()
    code = ada.code(house.clock)
    for status in (303, 422):
        browser = house.browser()
        await browser.get(SIGN_IN)
        await browser.fill(name="ada", password=PASSWORD)
        page = await browser.fill(code=code)
        assert page.status_code == status
    assert "used before" in page.text


async def test_a_recovery_code_instead(house: House) -> None:
    """Whoever has lost the app uses a recovery code, and is offered a new second factor."""
    browser = house.browser()
    ada = await house.person()
    codes = await house.recovery_codes(ada)
    await browser.get(SIGN_IN)
    page = await browser.fill(name="ada", password=PASSWORD)
    assert "recovery code" in page.text
    page = await browser.fill(1, code=codes[0])
    assert page.status_code == 200
    assert 'src="data:image/svg+xml' in page.text
    page = await browser.fill(-1)  # not now
    assert page.status_code == 303
    assert browser.cookie("twogate-session")


async def test_case_21_a_recovery_code_works_once(house: House) -> None:
    """A used recovery code and a wrong one are refused alike."""
    ada = await house.person()
    codes = await house.recovery_codes(ada)
    for code, status in ((codes[0], 200), (codes[0], 422), ("wrong-code-0000", 422)):
        browser = house.browser()
        await browser.get(SIGN_IN)
        await browser.fill(name="ada", password=PASSWORD)
        assert (await browser.fill(1, code=code)).status_code == status
        assert not _signed_in(browser)


async def test_first_sign_in_sets_up_a_second_factor_and_shows_codes_once(house: House) -> None:
    """Somebody new sets up the app, types its code, keeps the recovery codes, and types one back."""
    await house.person("new", second=False)
    browser = house.browser()
    await browser.get(f"{SIGN_IN}?return_to=/orders")
    page = await browser.fill(name="new", password=PASSWORD)
    assert 'src="data:image/svg+xml' in page.text
    seed = page.text.split('class="typed-secret">')[1].split("<")[0].replace(" ", "")
    someone = Person(id="", name="new", password="", seed=seed)  # type: ignore[arg-type]
    assert (await browser.fill(code="000000")).status_code == 422
    page = await browser.fill(code=someone.code(house.clock))
    codes = [html.unescape(one.split("<")[0]) for one in page.text.split("<li>")[1:]]
    assert len(codes) == 10
    assert not _signed_in(browser)
    page = await browser.fill(code="not one of them")
    assert page.status_code == 422
    assert not any(code in page.text for code in codes)
    page = await browser.fill(code=codes[3].upper())
    assert page.status_code == 303
    assert page.headers["location"] == "/orders"


async def test_codes_not_kept_can_be_made_again_later(house: House) -> None:
    """Whoever has no copy can go on and make new codes in the account."""
    await house.person("new", second=False)
    browser = house.browser()
    await browser.get(SIGN_IN)
    page = await browser.fill(name="new", password=PASSWORD)
    seed = page.text.split('class="typed-secret">')[1].split("<")[0].replace(" ", "")
    await browser.fill(code=Person("", "new", "", seed).code(house.clock))  # type: ignore[arg-type]
    await browser.fill(code="wrong")
    page = await browser.fill(1)
    assert page.status_code == 303
    assert browser.cookie("twogate-session")


async def test_whoever_is_signed_in_is_sent_on(house: House) -> None:
    """A live session that suffices needs no form: the access cookie is renewed and the browser goes on."""
    browser = house.browser()
    await browser.sign_in(await house.person())
    before = browser.cookie("twogate")
    house.clock.advance(5)
    page = await browser.get(f"{SIGN_IN}?return_to=/orders")
    assert page.status_code == 303
    assert browser.cookie("twogate") != before


async def test_step_up_asks_only_for_what_is_missing(house: House) -> None:
    """With the code too old, a step-up asks for a fresh proof, and the session continues under a new secret."""
    browser = house.browser()
    ada = await house.person()
    await browser.sign_in(ada)
    before = browser.cookie("twogate-session")
    house.clock.advance(600)
    page = await browser.get("/.twogate/step-up?level=aal2&max_age=300&return_to=/transfers")
    assert page.status_code == 200
    assert 'name="name"' not in page.text
    while "password" in browser.forms()[0].fields or "code" in browser.forms()[0].fields:
        fields = browser.forms()[0].fields
        page = await browser.fill(
            **({"password": PASSWORD} if "password" in fields else {"code": ada.code(house.clock)})
        )
        if page.status_code == 303:
            break
    assert page.headers["location"] == "/transfers"
    assert browser.cookie("twogate-session") != before


async def test_case_23_the_session_secret_changes_at_every_step(house: House) -> None:
    """Before sign-in there is no session, and after a step-up the old secret opens nothing."""
    browser = house.browser()
    await browser.get(SIGN_IN)
    assert not browser.cookie("twogate-session")
    ada = await house.person()
    await browser.sign_in(ada)
    old = browser.cookie("twogate-session")
    house.clock.advance(600)
    await browser.get("/.twogate/step-up?level=aal2&max_age=300")
    for _ in range(2):
        if browser.page is not None and browser.page.status_code != 303:
            fields = browser.forms()[0].fields
            await browser.fill(**({"password": PASSWORD} if "password" in fields else {"code": ada.code(house.clock)}))
    stale = house.browser()
    stale.client.cookies.set("twogate-session", old)
    page = await stale.get(f"{SIGN_IN}?return_to=/orders")
    assert page.status_code == 200
    assert 'name="password"' in page.text


async def test_case_13_a_captured_flow_handle_is_worth_nothing_later(house: House) -> None:
    """The handle of an earlier step, with its own form, is refused once that step was taken."""
    browser = house.browser()
    ada = await house.person()
    await browser.get(SIGN_IN)
    handle, form = browser.cookie("twogate-flow"), browser.forms()[0]
    await browser.fill(name="ada", password=PASSWORD)
    assert browser.cookie("twogate-flow") != handle
    thief = house.browser()
    thief.client.cookies.set("twogate-flow", handle)
    fields = {**form.fields, "step": "code", "factor": "", "code": ada.code(house.clock), "name": "", "password": ""}
    page = await thief.post(form.action, fields)
    assert page.status_code == 410
    assert not _signed_in(thief)


async def test_case_14_a_flow_is_bound_to_the_browser_that_began_it(house: House) -> None:
    """The form of one browser's flow is refused in another browser's flow."""
    await house.person()
    one, other = house.browser(), house.browser()
    await one.get(SIGN_IN)
    await other.get(SIGN_IN)
    form = one.forms()[0]
    page = await other.post(form.action, {**form.fields, "name": "ada", "password": PASSWORD})
    assert page.status_code == 403
    assert SENTENCE[Reason.CSRF_TOKEN_WRONG] or page.text
    assert "out of date" in page.text


async def test_an_out_of_date_page_shows_the_present_step(house: House) -> None:
    """A page that is sent a second time loses nothing: the present step is shown again."""
    browser = house.browser()
    await house.person()
    await browser.get(SIGN_IN)
    form = browser.forms()[0]
    await browser.fill(name="ada", password=PASSWORD)
    page = await browser.post(form.action, {**form.fields, "name": "ada", "password": PASSWORD})
    assert page.status_code == 403
    assert 'autocomplete="one-time-code"' in page.text


async def test_case_17_what_the_browser_claims_about_the_step_changes_nothing(house: House) -> None:
    """A form that claims a later step is refused by the server's own state."""
    await house.person()
    for step in ("saved", "not_saved", "put_off", "confirm", "choose", "code", "finished"):
        browser = house.browser()
        await browser.get(SIGN_IN)
        form = browser.forms()[0]
        await browser.post(form.action, {**form.fields, "step": step})
        assert not _signed_in(browser)


@pytest.mark.parametrize("name", [*COOKIES, "twogate-flow"])
async def test_case_16_no_cookie_can_be_forged(house: House, name: str) -> None:
    """Any cookie with one character changed opens nothing."""
    browser = house.browser()
    ada = await _half(house, browser)
    flow = browser.cookie("twogate-flow")
    form = browser.forms()[0]
    await browser.fill(code=ada.code(house.clock))
    value = flow if name == "twogate-flow" else browser.cookie(name)
    for at in range(0, len(value), 7):
        forged = house.browser()
        forged.client.cookies.set(name, value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :])
        if name == "twogate-flow":
            page = await forged.post(form.action, {**form.fields, "code": ada.code(house.clock)})
        else:
            page = await forged.get(f"{SIGN_IN}?return_to=/orders")
        assert page.status_code != 303
        assert not forged.cookie("twogate-session") or name == "twogate-session"


async def test_case_22_a_known_device_raises_nothing(house: House) -> None:
    """The device cookie alone neither signs in nor leaves out a factor."""
    known = house.browser()
    ada = await house.person()
    await known.sign_in(ada)
    browser = house.browser()
    browser.client.cookies.set("twogate-device", known.cookie("twogate-device"))
    await browser.get(SIGN_IN)
    page = await browser.fill(name="ada", password=PASSWORD)
    assert 'autocomplete="one-time-code"' in page.text


async def test_case_24_an_old_access_cookie_is_not_raised_by_a_step_up(house: House) -> None:
    """The token of the weaker session keeps saying so; only the new cookie carries the new proof."""
    browser = house.browser()
    ada = await house.person()
    codes = await house.recovery_codes(ada)
    await browser.get(SIGN_IN)
    await browser.fill(name="ada", password=PASSWORD)
    await browser.fill(1, code=codes[0])
    await browser.fill(-1)  # not now: AAL1
    weak = browser.cookie("twogate")
    read = await house.deps.access_tokens.read(weak)
    assert read.value.facts.rank == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "return_to",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nx: y", "javascript:alert(1)", "", "\ud83d"],
)
async def test_a_foreign_return_address_leads_to_the_account(house: House, return_to: str) -> None:
    """An address that is not ours is not followed; the account page is shown instead."""
    browser = house.browser()
    ada = await house.person()
    await browser.send("GET", SIGN_IN, params={"return_to": return_to.encode("utf-8", "replace")})
    await browser.fill(name="ada", password=PASSWORD)
    page = await browser.fill(code=ada.code(house.clock))
    assert page.headers["location"] == "/.twogate/account"


@pytest.mark.parametrize(
    "query", ["level=aal9", "level=none", "max_age=-1", "max_age=1e9", "max_age=99999999999", "level=" + "a" * 99]
)
async def test_an_odd_need_is_refused(house: House, query: str) -> None:
    """A level or age that is none is a bad request, not a weaker one."""
    page = await house.browser().get(f"/.twogate/step-up?{query}")
    assert page.status_code in (400, 422)


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_another_site_cannot_sign_anybody_in(house: House, headers: dict[str, str]) -> None:
    """A form sent by another site is refused before anything is looked at."""
    await house.person()
    browser = house.browser()
    await browser.get(SIGN_IN)
    form = browser.forms()[0]
    page = await browser.post(form.action, {**form.fields, "name": "ada", "password": PASSWORD}, **headers)
    assert page.status_code == 403
    assert SENTENCE[Reason.CROSS_SITE] in page.text


async def test_ten_wrong_codes_and_the_page_says_when_to_come_back(house: House) -> None:
    """After the budget is used up the page says how long to wait, and the right code is refused as well."""
    browser = house.browser()
    ada = await _half(house, browser)
    for _ in range(10):
        page = await browser.fill(code="000000")
    page = await browser.fill(code=ada.code(house.clock))
    assert page.status_code == 429
    assert 0 < int(page.headers["retry-after"]) <= 1800
    assert "try again in 30 minutes" in page.text
    assert not _signed_in(browser)


async def test_https_cookies_have_the_host_prefix(secure_house: House) -> None:
    """On https the cookies of a sign-in are __Host- cookies with Secure."""
    browser = secure_house.browser()
    ada = await secure_house.person()
    page = await browser.sign_in(ada)
    lines = page.headers.get_list("set-cookie")
    assert {line.split("=")[0] for line in lines} == {
        "__Host-twogate",
        "__Host-twogate-session",
        "__Host-twogate-device",
        "__Host-twogate-flow",
    }
    assert all("; Secure" in line and "; HttpOnly" in line and "; Path=/" in line for line in lines)
