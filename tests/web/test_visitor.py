"""Who stands before a page."""

import httpx2
import pytest
from tests.web.house import House
from tests.web.requests import request

from twogate.web.visitor import visitor_of


async def test_a_live_session_is_found_and_looking_is_no_use_of_it(house: House) -> None:
    """The visitor has the session and the device of the cookies; its last use stays what it was."""
    browser = house.browser()
    await browser.sign_in(await house.person())
    before = (await house.deps.sessions.of_user((await _visitor(house, browser.client.cookies)).session.user))[0]  # type: ignore[union-attr]
    house.clock.advance(60)
    visitor = await _visitor(house, browser.client.cookies)
    assert visitor.session is not None
    assert visitor.caller.device is not None
    assert visitor.session.last_used == before.last_used


@pytest.mark.parametrize("value", ["", "x", "tg_se_" + "a" * 43, "a" * 5_000])
async def test_a_cookie_that_opens_nothing_is_no_session(house: House, value: str) -> None:
    """Forged, malformed and forgotten secrets are no error and no session."""
    visitor = await visitor_of(
        request(headers=[("cookie", f"twogate-session={value}; twogate-device={value}")]), house.deps
    )
    assert visitor.session is None
    assert visitor.caller.device is None


async def _visitor(house: House, cookies: httpx2.Cookies) -> object:
    header = "; ".join(f"{one.name}={one.value}" for one in cookies.jar)
    return await visitor_of(request(headers=[("cookie", header)]), house.deps)
