"""The authorization errand: code, detour or error."""

from urllib.parse import parse_qs, urlsplit

import pytest
from tests.services.oauth_house import CHALLENGE, REDIRECT, House
from tests.services.oauth_marks import errands

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.services.authorize import HERE, SIGN_IN, STEP_UP, Detour
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.secret import Secret
from twogate.terms.session import Session

ASKED = Parameters(
    {
        "response_type": "code",
        "client_id": "shop",
        "redirect_uri": REDIRECT,
        "scope": "openid orders:read",
        "state": "state-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
)


async def _answer(house: House, session: Session | None, **change: str) -> Secret | Detour | OAuthRefusal:
    errand, asked = errands(house).authorize, ASKED.replacing(**change)
    destination = await errand.destination(asked)
    assert isinstance(destination, Destination), destination
    return await errand.answer(asked, destination, session)


def _parts(detour: object) -> tuple[str, dict[str, str]]:
    assert isinstance(detour, Detour), detour
    parts = urlsplit(detour.location)
    return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}


@pytest.mark.parametrize(
    "change",
    [{"client_id": "nobody"}, {"client_id": ""}, {"redirect_uri": "https://evil.example/callback"}],
)
async def test_without_a_sure_destination_nobody_is_redirected(house: House, change: dict[str, str]) -> None:
    """An unknown client or foreign redirect URI has no destination: the error stays on our own page."""
    assert isinstance(await errands(house).authorize.destination(ASKED.replacing(**change)), OAuthRefusal)


async def test_a_blocked_client_is_no_destination(house: House) -> None:
    """A client that was blocked gets neither code nor error message."""
    await house.clients.block(ClientId("shop"), actor="test")
    assert isinstance(await errands(house).authorize.destination(ASKED), OAuthRefusal)


async def test_nobody_signed_in_is_sent_to_sign_in_with_the_way_back(house: House) -> None:
    """The detour leads to our own sign-in page and back to this very request on our own host."""
    path, query = _parts(await _answer(house, None, login_hint="ada"))
    assert (path, query["login_hint"]) == (SIGN_IN, "ada")
    back = urlsplit(query["return_to"])
    assert (back.scheme, back.netloc, back.path) == ("", "", HERE)
    assert parse_qs(back.query)["state"] == ["state-1"]


async def test_a_session_that_proved_too_little_steps_up(house: House) -> None:
    """acr_values above what the session has leads to step-up with that level, not to a second sign-in."""
    session = await house.sign_in(factors=1)
    path, query = _parts(await _answer(house, session, acr_values="aal2"))
    assert (path, query["level"]) == (STEP_UP, "aal2")


async def test_enough_is_enough(house: House) -> None:
    """A live session that has proved enough gets a code at once."""
    code = await _answer(house, await house.sign_in(), acr_values="aal2")
    assert isinstance(code, Secret)
    assert code.text().startswith("tg_ac_")


async def test_a_forged_mark_does_not_skip_a_forced_sign_in(house: House) -> None:
    """prompt=login asks again although the request claims to come back from the sign-in page."""
    session = await house.sign_in()
    house.clock.advance(5)
    path, _ = _parts(await _answer(house, session, prompt="login", twogate_asked="e30.e30.AAAA"))
    assert path == STEP_UP


async def test_a_mark_of_another_request_counts_for_nothing(house: House) -> None:
    """The mark of one request, pasted into a request for a wider scope, does not stand for having been asked."""
    session = await house.sign_in()
    house.clock.advance(5)
    _, query = _parts(await _answer(house, session, prompt="login"))
    mark = parse_qs(urlsplit(query["return_to"]).query)["twogate_asked"][0]
    again = await house.sign_in()
    assert isinstance(await _answer(house, again, prompt="login", twogate_asked=mark), Secret)
    bent = await _answer(house, again, prompt="login", twogate_asked=mark, scope="openid orders:write")
    assert _parts(bent)[0] == STEP_UP


async def test_a_request_too_long_to_come_back_to_is_told_to_the_client(house: House) -> None:
    """It is refused before the person is sent away, not after they have signed in."""
    refused = await _answer(house, None, state="x" * 1_900)
    assert isinstance(refused, InvalidRequest)
    assert refused.reason is Reason.INPUT_MALFORMED
