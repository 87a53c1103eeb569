"""Taking a change back, as a person does who may be signed out and cannot sign in any more."""

import pytest
from tests.web.house import Browser, House, Person

from twogate.rules.signin.notices import NoticeKind
from twogate.services.notices import tell
from twogate.terms.account import User
from twogate.terms.caller import Caller
from twogate.terms.secret import Secret
from twogate.terms.undo import Concerned

UNDO = "/.twogate/undo"


async def _mailed(house: House, person: Person) -> str:
    """The way back in the mail about the second factor of somebody."""
    deps, now = house.deps, house.clock.now()
    async with deps.store.work() as unit:
        (factor,) = [one for one in await unit.credentials.of_user(person.id) if one.factor == "totp"]
        ann = User(person.id, person.name, person.name, "ann@example.com", now)
        caller = Caller("203.0.113.9", "Mozilla/5.0", "rid")
        about = Concerned(added=factor.id)
        kind = NoticeKind.FACTOR_ENROLLED
        await tell(unit, ann, kind, what="Authenticator app", at=now, caller=caller, entropy=deps.entropy, about=about)
        (letter,) = await unit.dispatches.take(now, lease=1)
    return letter.dispatch.facts["undo"]


async def test_looking_says_what_happened_and_does_nothing(house: House) -> None:
    """Mail programs look at every link; no session is needed, none is given, no cookie is set."""
    person = await house.person()
    secret = await _mailed(house, person)
    for _ in range(3):
        page = await house.browser().get(f"{UNDO}?secret={secret}")
        assert page.status_code == 200
        assert "Authenticator app" in page.text
        assert "All sessions of your account end" in page.text
        assert "set-cookie" not in page.headers
        assert "no-store" in page.headers["cache-control"]
        assert page.headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert await _has_app(house, person)


async def test_the_form_takes_it_back_once(house: House) -> None:
    """The factor goes, the session of the browser that is signed in is over, the link is void."""
    person = await house.person()
    thief = house.browser()
    await thief.sign_in(person)
    secret = await _mailed(house, person)
    owner = house.browser()
    await owner.get(f"{UNDO}?secret={secret}")
    page = await owner.fill()
    assert page.status_code == 200
    assert "Taken back" in page.text
    assert "set-cookie" not in page.headers
    assert not await _has_app(house, person)
    assert (await thief.get("/.twogate/account")).status_code == 303
    assert (await owner.post(UNDO, {"secret": secret})).status_code == 410
    assert (await owner.get(f"{UNDO}?secret={secret}")).status_code == 410


@pytest.mark.parametrize("secret", ["", "x", "tg_un_x", "tg_un_" + "A" * 43, "tg_un_" + "A" * 500, "tg_un_%FF", "ü"])
async def test_a_link_that_is_none_says_that_it_is_over(house: House, secret: str) -> None:
    """The same page whatever is wrong with it, and a way on."""
    browser = house.browser()
    page = await browser.get(f"{UNDO}?secret={secret}")
    assert page.status_code == 410
    assert "its time is over" in page.text
    assert (await browser.post(UNDO, {"secret": secret})).status_code == 410


async def test_another_site_takes_nothing_back(house: House) -> None:
    """Not even with the secret; and looking by POST of something else is malformed."""
    person = await house.person()
    secret = await _mailed(house, person)
    browser = house.browser()
    assert (await browser.post(UNDO, {"secret": secret}, origin="https://evil.example")).status_code == 403
    assert (await browser.post(UNDO, {"secret": secret, "more": "x"})).status_code == 422
    assert await _has_app(house, person)


async def test_the_secret_is_no_credential(house: House) -> None:
    """It opens nothing else: not the account page, and no flow."""
    person = await house.person()
    secret = await _mailed(house, person)
    browser: Browser = house.browser()
    browser.client.cookies.set("twogate-session", secret)
    assert (await browser.get("/.twogate/account")).status_code == 303
    found = await house.deps.sessions.by_secret(Secret(secret))
    assert "refused" in type(found).__name__.lower()


async def _has_app(house: House, person: Person) -> bool:
    async with house.deps.store.read() as unit:
        return any(one.factor == "totp" for one in await unit.credentials.of_user(person.id))
