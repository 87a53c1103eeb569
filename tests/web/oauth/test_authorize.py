"""The authorization endpoint at the door."""

import pytest
from tests.services.oauth_house import CHALLENGE, ISSUER, OAUTH, REDIRECT, House, answer_of


async def test_an_error_without_a_sure_client_stays_on_our_page(house: House) -> None:
    """No redirect, no cache, no echo of what was asked: 400 here (RFC 6749 section 4.1.2.1)."""
    answer = await house.authorize(redirect_uri="https://evil.example/<script>")
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert "evil.example" not in answer.text


async def test_an_error_for_the_client_carries_state_and_issuer(house: House) -> None:
    """The client can tell which request failed and who answered (RFC 9207)."""
    told = answer_of(await house.authorize(scope="admin"))
    assert (told["error"], told["state"], told["iss"]) == ("invalid_scope", "state-1", ISSUER)


async def test_redirects_are_303_and_private(house: House) -> None:
    """A posted body is never repeated to the client, and neither cache nor referrer learns of the code."""
    await house.sign_in()
    answer = await house.authorize()
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, REDIRECT)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("cookie", ["", "__Host-twogate-session=tg_se_wrong", "twogate-session={good}"])
async def test_only_the_right_cookie_is_a_session(house: House, cookie: str) -> None:
    """No cookie, a made-up secret, or the right secret under the name of plain http: nobody is signed in."""
    await house.sign_in()
    good = house.session_secret.text() if house.session_secret else ""
    house.http.headers["cookie"] = cookie.format(good=good)
    answer = await house.authorize()
    assert answer.headers["location"].startswith("/.twogate/sign-in?")


async def test_two_sessions_at_once_are_none(house: House) -> None:
    """A planted second cookie does not win over the first one, nor the other way round: sign in."""
    await house.sign_in()
    planted = f"{house.http.headers['cookie']}; __Host-twogate-session=tg_se_planted"
    house.http.headers["cookie"] = planted
    assert (await house.authorize()).headers["location"].startswith("/.twogate/sign-in?")


async def test_a_posted_request_has_its_parameters_in_the_body_only(house: House) -> None:
    """OpenID Connect Core section 3.1.2.1 allows POST; a query beside the body is refused on our page."""
    await house.sign_in()
    form = {"response_type": "code", "client_id": "shop", "redirect_uri": REDIRECT, "scope": "openid"}
    form |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    assert "code" in answer_of(await house.http.post(f"{OAUTH}/authorize", data=form))
    assert (await house.http.post(f"{OAUTH}/authorize?state=x", data=form)).status_code == 400
