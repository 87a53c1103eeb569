"""Where the gateway sends a browser whose access cookie has just expired."""

import pytest
from tests.web.house import Browser, House

from twogate.terms.verdict import Passed
from twogate.web.renew import METHODS

RENEW = "/.twogate/renew"
WANTED = "/orders?page=2"
SCRIPT = {"sec-fetch-mode": "cors", "accept": "*/*", "origin": "https://app.example.com"}
PROGRAM = {"sec-fetch-mode": "", "accept": "application/json"}


async def _signed_in(house: House) -> Browser:
    browser = house.browser()
    await browser.sign_in(await house.person())
    return browser


@pytest.mark.parametrize("method", METHODS)
async def test_a_live_session_gets_a_fresh_cookie_and_307(house: House, method: str) -> None:
    """Whatever the method, the browser is sent to the same address with a fresh token of the same grant."""
    browser = await _signed_in(house)
    before = await house.deps.access_tokens.read(browser.cookie("twogate"))
    house.clock.advance(301)
    page = await browser.send(method, RENEW, headers={"x-twogate-original-uri": WANTED})
    assert page.status_code == 307
    assert page.headers["location"] == WANTED
    after = await house.deps.access_tokens.read(browser.cookie("twogate"))
    assert isinstance(before, Passed) or before is not None
    assert isinstance(after, Passed)
    assert after.value.facts.rank == 2
    async with house.deps.store.read() as unit:
        assert (
            len([one for one in await unit.grants.of_user(after.value.facts.subject) if one.client == "browser"]) == 1
        )  # type: ignore[arg-type]


async def test_a_large_body_is_not_read(house: House) -> None:
    """The body is sent again to the address itself, so a large one is no hindrance here."""
    browser = await _signed_in(house)
    page = await browser.send("POST", RENEW, headers={"x-twogate-original-uri": WANTED}, content=b"x" * 300_000)
    assert page.status_code == 307


async def test_without_the_gateways_header_there_is_nothing(house: House) -> None:
    """Nobody but the gateway is answered."""
    browser = await _signed_in(house)
    assert (await browser.get(RENEW)).status_code == 404


@pytest.mark.parametrize("uri", ["//evil.example", "https://evil.example/", "orders", "/a\\b", "/a b"])
async def test_an_odd_address_is_refused(house: House, uri: str) -> None:
    """What the gateway cannot have written is refused, and nobody is sent there."""
    browser = await _signed_in(house)
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": uri})
    assert page.status_code == 400
    assert "location" not in page.headers


@pytest.mark.parametrize(
    ("uri", "onward"),
    [
        ("/find?q=a\\b", "/find?q=a%5Cb"),
        ("/find?q=" + "a" * 4000, "/find?q=" + "a" * 4000),
        ("/a?b=//evil", "/a?b=//evil"),
    ],
)
async def test_a_long_query_or_one_with_a_backslash_is_renewed_too(house: House, uri: str, onward: str) -> None:
    """Whatever a browser may have written into a query, an expired cookie does not make it a refusal."""
    browser = await _signed_in(house)
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": uri})
    assert (page.status_code, page.headers["location"]) == (307, onward)


async def test_without_a_session_a_person_is_sent_to_sign_in(house: House) -> None:
    """A navigation goes to the sign-in page, which knows the way back; dead cookies are taken away."""
    browser = house.browser()
    browser.client.cookies.set("twogate-session", "tg_se_" + "x" * 43)
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})
    assert page.status_code == 302
    assert page.headers["location"] == "/.twogate/sign-in?return_to=%2Forders%3Fpage%3D2"
    cleared = page.headers.get_list("set-cookie")
    assert {line.split("=")[0] for line in cleared} == {"twogate", "twogate-session"}


async def test_without_a_session_a_form_is_not_repeated(house: House) -> None:
    """A form's navigation is answered with 303, so that its body goes nowhere."""
    page = await house.browser().send("POST", RENEW, headers={"x-twogate-original-uri": WANTED})
    assert page.status_code == 303


async def test_without_a_session_a_script_is_told_where_to_sign_in(house: House) -> None:
    """A script of an allowed origin may read the refusal, which names the sign-in page."""
    page = await house.browser().send("GET", RENEW, headers={"x-twogate-original-uri": WANTED, **SCRIPT})
    assert page.status_code == 401
    assert page.headers["access-control-allow-origin"] == SCRIPT["origin"]
    assert page.json()["sign_in_url"].startswith("http://localhost:8080/.twogate/sign-in?return_to=%2Forders")
    foreign = {**SCRIPT, "origin": "https://evil.example"}
    page = await house.browser().send("GET", RENEW, headers={"x-twogate-original-uri": WANTED, **foreign})
    assert "access-control-allow-origin" not in page.headers


async def test_without_a_session_a_program_is_challenged(house: House) -> None:
    """A program gets 401 with a challenge that names the metadata (RFC 9728 section 5.1)."""
    page = await house.browser().send("GET", RENEW, headers={"x-twogate-original-uri": WANTED, **PROGRAM})
    assert page.status_code == 401
    assert page.headers["www-authenticate"] == (
        'Bearer resource_metadata="http://localhost:8080/.well-known/oauth-protected-resource"'
    )


async def test_a_script_of_an_allowed_origin_may_follow_the_renewal(house: House) -> None:
    """The 307 carries the CORS headers that fetch needs to follow it."""
    browser = await _signed_in(house)
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED, **SCRIPT})
    assert page.status_code == 307
    assert page.headers["access-control-allow-credentials"] == "true"


async def test_idle_time_is_counted_from_the_last_renewal(house: House) -> None:
    """Renewed every half hour a session lives on; left alone for longer than its idle limit it is over."""
    browser = await _signed_in(house)
    for _ in range(3):
        house.clock.advance(1_800)
        page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})
        assert page.status_code == 307
    house.clock.advance(3_601)
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})
    assert page.status_code == 302


async def test_nothing_outlives_the_absolute_limit(house: House) -> None:
    """However busy, a session ends a day after its proofs."""
    browser = await _signed_in(house)
    status = 307
    for _ in range(50):
        house.clock.advance(1_800)
        status = (await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})).status_code
        if status != 307:
            break
    assert status == 302


async def test_a_browser_that_keeps_no_cookies_is_told_instead_of_sent_round(house: House) -> None:
    """The same address again and again within seconds ends in an explanation, not in a loop."""
    browser = await _signed_in(house)
    answers = [
        (await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})).status_code for _ in range(8)
    ]
    assert answers == [307] * 6 + [401] * 2
    assert browser.page is not None
    assert "does not keep the cookie" in browser.page.text
    other = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": "/another"})
    assert other.status_code == 307
    house.clock.advance(11)
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})
    assert page.status_code == 307


async def test_case_27_a_blocked_person_gets_no_fresh_cookie(house: House) -> None:
    """Once the account is blocked, no renewal is answered."""
    browser = house.browser()
    ada = await house.person()
    await browser.sign_in(ada)
    async with house.deps.store.work() as unit:
        await unit.users.set_blocked(ada.id, house.clock.now())
    page = await browser.send("GET", RENEW, headers={"x-twogate-original-uri": WANTED})
    assert page.status_code == 302
    assert not browser.cookie("twogate")


async def test_case_70_a_malformed_session_cookie_is_no_session(house: House) -> None:
    """A broken cookie is refused like a missing one, and never answered with 200."""
    for value in ('"', "a=b", "\\x00", "x" * 9_000, "tg_se_"):
        headers = {"x-twogate-original-uri": WANTED, "cookie": f"twogate-session={value}"}
        page = await house.browser().send("GET", RENEW, headers=headers)
        assert page.status_code == 302
