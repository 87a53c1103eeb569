"""The portal's first page."""

import pytest
from tests.web.house import House

from twogate.rules.factors.contract import Prompt
from twogate.services.enrol import Listed, Overview
from twogate.services.screens import Choice
from twogate.terms.account import User
from twogate.terms.ids import CredentialId, UserId
from twogate.terms.instant import Instant
from twogate.web.pages.account import advice

ACCOUNT = "/.twogate/account"
NOON = Instant(1_780_000_000)
ADA = User(UserId("usr_1"), "ada", "Ada", "", NOON)


def _listed(name: str, *, password: bool = False, left: int | None = None) -> Listed:
    choice = Choice(name, Prompt(title=name, label=name, password=password))
    return Listed(CredentialId(f"crd_{name}"), choice, name, NOON, None, left, removable=False)


def _overview(*listed: Listed) -> Overview:
    return Overview(ADA, (_listed("password", password=True), *listed), (), None)


async def test_a_stranger_is_sent_to_sign_in_and_comes_back(house: House) -> None:
    """Without a session the page leads to the sign-in page, which knows the way back."""
    page = await house.browser().get(f"{ACCOUNT}?done=ended")
    assert page.status_code == 303
    assert page.headers["location"] == "/.twogate/sign-in?return_to=%2F.twogate%2Faccount%3Fdone%3Dended"


async def test_the_first_page_leads_to_all_the_others(house: House) -> None:
    """Who one is, by what one is signed in, and a way to each page; no secret in it."""
    ada, browser = await house.person(), house.browser()
    await browser.sign_in(ada)
    page = await browser.get(ACCOUNT)
    assert page.status_code == 200
    for words in ("Ada", "with: Password, Authenticator app", "Signed in on this device only", "No tokens"):
        assert words in page.text
    for where in ("factors", "sessions", "tokens", "activity", "recovery"):
        assert f'href="{ACCOUNT}/{where}"' in page.text
        assert (await browser.get(f"{ACCOUNT}/{where}")).status_code == 200
    assert ada.seed not in page.text
    assert "argon2" not in page.text


@pytest.mark.parametrize("done", ["nonsense", "<b>", "others_ended"])
async def test_only_known_news_are_told(house: House, done: str) -> None:
    """What the address says was done is looked up, never repeated."""
    browser = house.browser()
    await browser.sign_in(await house.person())
    page = await browser.get(f"{ACCOUNT}?done={done}")
    assert ("All other sessions have ended" in page.text) == (done == "others_ended")
    assert "<b>" not in page.text
    assert "nonsense" not in page.text


def test_what_is_urgent_is_advised_first() -> None:
    """No second factor goes before everything; then codes that run out; then a spare. Who has all is left alone."""
    bare = advice(_overview(), more=True)
    assert len(bare) == 1
    assert "password alone" in bare[0].text
    one = advice(_overview(_listed("app")), more=True)
    assert [("recovery codes" in it.text, "second one" in it.text) for it in one] == [(True, False), (False, True)]
    assert advice(_overview(_listed("app"), _listed("key"), _listed("codes", left=9)), more=True) == ()
    assert len(advice(_overview(_listed("app"), _listed("codes", left=2)), more=False)) == 1
