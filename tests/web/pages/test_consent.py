"""The question whether a program of somebody else may, and taking the answer back, as a browser sees them."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.services.oauth_house import House, open_house

from twogate.terms.client import ClientKind

PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
ORIGIN = {"origin": "https://api.example.com"}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An installation with a program of somebody else."""
    async with open_house(tmp_path) as opened:
        await opened.register("other", ClientKind.BROWSER, third_party=True, scope=("openid", "email", "orders:read"))
        await opened.sign_in()
        yield opened


async def _question(house: House) -> str:
    answer = await house.authorize("other", scope="openid email orders:read")
    assert answer.headers["location"].startswith("/.twogate/consent?")
    return answer.headers["location"]


async def _answer(house: House, page: str, said: str, **change: str) -> object:
    fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(page)} | {"answer": said} | change
    return await house.http.post("/.twogate/consent", data=fields, headers=PAGE | ORIGIN)


async def test_the_page_says_who_asks_for_what(house: House) -> None:
    """Name, where it is sent, each thing in words; and no code before the answer."""
    page = (await house.http.get(await _question(house), headers=PAGE)).text
    for said in ("other asks for access", "shop.example", "mail address", "orders:read", "ada"):
        assert said in page


async def test_a_no_goes_to_the_client(house: House) -> None:
    """access_denied, and the next request asks again."""
    page = (await house.http.get(await _question(house), headers=PAGE)).text
    denied = await _answer(house, page, "deny")
    assert "error=access_denied" in denied.headers["location"]  # type: ignore[attr-defined]
    await _question(house)


async def test_forged_and_changed_answers_count_for_nothing(house: House) -> None:
    """Another token, another word, a way back to elsewhere or to a client of the operator."""
    page = (await house.http.get(await _question(house), headers=PAGE)).text
    for change in (
        {"form_token": "x"},
        {"answer": "maybe"},
        {"return_to": "https://evil.example/"},
        {"return_to": "/.twogate/oauth2/authorize?client_id=shop"},
    ):
        refused = await _answer(house, page, "allow", **change)
        assert refused.status_code in (400, 403, 422)  # type: ignore[attr-defined]
    await _question(house)
    strange = f"/.twogate/consent?return_to={quote('/orders')}"
    assert (await house.http.get(strange, headers=PAGE)).status_code == 400
