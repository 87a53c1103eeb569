"""The first-party errand: how a sign-in's screens become answers."""

from dataclasses import dataclass, field, replace
from typing import Any

from tests.services.oauth_house import CHALLENGE, PASSWORD_TEXT, House
from tests.services.oauth_marks import CALLER, errands, form

from twogate.rules.assurance.level import Level
from twogate.rules.protocols.oauth2.first_party_apps.errors import (
    ChallengeDenied,
    InsufficientAuthorization,
    InvalidSession,
    RedirectToWeb,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidClient, OAuthRefusal
from twogate.rules.signin.state import Need
from twogate.services.authorize_challenge import Granted
from twogate.services.screens import Ask, Ended
from twogate.terms.account import Credential
from twogate.terms.caller import Caller
from twogate.terms.ids import ClientId
from twogate.terms.reasons import Reason
from twogate.terms.verdict import Refused

WANTED = {
    "client_id": "app",
    "scope": "openid orders:read",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def _ask(house: House, **given: str) -> Granted | OAuthRefusal:
    return await errands(house).challenge.answer(form(**given), CALLER)


async def test_what_is_asked_next_is_named_and_the_handle_is_fresh(house: House) -> None:
    """After the right password the second factor is named, recovery marked as such, under a new auth_session."""
    first = await _ask(house, **WANTED)
    assert isinstance(first, InsufficientAuthorization)
    assert first.auth_session is not None
    second = await _ask(house, auth_session=first.auth_session.text(), username="ada", password=PASSWORD_TEXT)
    assert isinstance(second, InsufficientAuthorization)
    assert "totp" in [one.factor for one in second.factors]
    assert second.auth_session not in (None, first.auth_session)


async def test_a_factors_question_comes_along(house: House) -> None:
    """A passkey's request options are in the first answer, for an app that has an authenticator; each time new ones."""
    told = [await _ask(house, **WANTED) for _ in range(2)]
    questions = [one.question for refused in told for one in refused.factors if one.question]  # type: ignore[attr-defined]
    assert len(questions) == 2
    assert len({str(one) for one in questions}) == 2


async def test_a_factor_alone_is_chosen(house: House) -> None:
    """Naming a factor without an answer asks its question; one that is not offered is refused by name."""
    first = await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT)
    assert isinstance(first, InsufficientAuthorization)
    assert first.auth_session is not None
    chosen = await _ask(house, auth_session=first.auth_session.text(), factor="totp")
    assert isinstance(chosen, InsufficientAuthorization)
    assert chosen.reason is Reason.PROOF_NEEDED
    assert chosen.auth_session is not None
    foreign = await _ask(house, auth_session=chosen.auth_session.text(), factor="nonsense")
    assert isinstance(foreign, InsufficientAuthorization)
    assert foreign.reason is Reason.FACTOR_NOT_OFFERED


async def test_a_wrong_password_does_not_try_the_code(house: House) -> None:
    """Events stop at the first refusal: the code sent along is not spent and signs in a moment later."""
    code = house.otp()
    wrong = await _ask(house, **WANTED, username="ada", password="nope", otp=code)  # a wrong one
    assert isinstance(wrong, InsufficientAuthorization)
    assert wrong.reason is Reason.PASSWORD_WRONG
    assert isinstance(await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT, otp=code), Granted)


async def test_the_code_is_bound_to_what_was_wanted_at_first(house: House) -> None:
    """Scope and challenge come from the first request; what a later one says about them is not read."""
    first = await _ask(house, **WANTED)
    assert isinstance(first, InsufficientAuthorization)
    assert first.auth_session is not None
    more = {"scope": "openid orders:write", "code_challenge": "x" * 43}
    given = {"username": "ada", "password": PASSWORD_TEXT, "otp": house.otp()}
    granted = await _ask(house, auth_session=first.auth_session.text(), **given, **more)
    assert isinstance(granted, Granted)
    async with house.store.read() as unit:
        code = await unit.codes.get(granted.code.sha256())
    assert code is not None
    assert (code.scope, code.code_challenge, code.redirect_uri) == (("openid", "orders:read"), CHALLENGE, "")


async def test_a_sign_in_that_began_in_a_browser_yields_no_code(house: House) -> None:
    """A handle of the web pages, taken to this endpoint, ends the flow without a code for anybody."""
    begun = await house.deps.sign_in.begin(
        need=Need(Level.AAL1), caller=CALLER, client=None, session=None, return_to="/orders"
    )
    assert isinstance(begun, Ask)
    given = {"username": "ada", "password": PASSWORD_TEXT, "otp": house.otp()}
    refused = await _ask(house, auth_session=begun.handle.text(), **given)
    assert isinstance(refused, InvalidSession)
    async with house.store.read() as unit:
        assert await unit.grants.of_client(ClientId("app")) == []


async def test_unknown_handles_are_a_session_error(house: House) -> None:
    """A made-up auth_session is told so, and nothing is asked."""
    assert isinstance(await _ask(house, auth_session="tg_fl_nothing", password=PASSWORD_TEXT), InvalidSession)


async def test_a_blocked_app_begins_nothing(house: House) -> None:
    """A blocked first-party client is refused before any proof is looked at."""
    await house.clients.block(ClientId("app"), actor="test")
    refused = await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT, otp=house.otp())
    assert isinstance(refused, InvalidClient)


async def test_who_has_to_enrol_is_sent_to_the_web(house: House) -> None:
    """An app cannot show an enrolment: somebody without a second factor is sent to a browser."""
    async with house.store.work() as unit:
        ada = await unit.users.by_name("ada")
        assert ada is not None
        (password,) = [one for one in await unit.credentials.of_user(ada.id) if one.factor == "password"]
        bob = replace(ada, id="usr_bob", name="bob", enrolled_once=False)  # type: ignore[arg-type]
        await unit.users.add(bob)
        more: dict[str, Any] = {"id": "crd_bob", "user": bob.id}
        await unit.credentials.add(Credential(**{**{n: getattr(password, n) for n in password.__slots__}, **more}))
    refused = await _ask(house, **WANTED, username="bob", password=PASSWORD_TEXT)
    assert isinstance(refused, RedirectToWeb)
    assert refused.reason is Reason.ENROLMENT_REQUIRED


async def test_a_lock_says_how_long(house: House) -> None:
    """When the budget is spent the answer is a denial with the seconds to wait, not one more try."""
    wrong = "000000" if house.otp() != "000000" else "111111"
    told: OAuthRefusal | Granted | None = None
    for _ in range(12):
        told = await _ask(house, **WANTED, username="ada", password=PASSWORD_TEXT, otp=wrong)
        if isinstance(told, ChallengeDenied):
            break
    wait = getattr(told, "retry_after", None)
    assert wait is not None
    assert 0 < wait <= 1_800


@dataclass
class Listens:
    """A sign-in that refuses everybody and remembers who it was."""

    heard: list[Caller] = field(default_factory=list)

    async def begin(self, *, caller: Caller, **_: object) -> Ended:
        self.heard.append(caller)
        return Ended(Refused(Reason.PLACE_REFUSED, "the device says it is outside every area"))


async def test_where_a_device_says_it_is_goes_along_as_a_claim(house: House) -> None:
    """Cut to a length that no claim needs; a place that is refused denies the challenge and tells no more."""
    sign_in = Listens()
    challenge = replace(errands(house).challenge, sign_in=sign_in)  # type: ignore[arg-type]
    answer = await challenge.answer(form(**WANTED, device_position="52.52,13.40,30" + "0" * 900), CALLER)
    assert [len(caller.position) for caller in sign_in.heard] == [80]
    assert sign_in.heard[0].position.startswith("52.52,13.40,30")
    assert isinstance(answer, ChallengeDenied)
    assert answer.reason is Reason.PLACE_REFUSED
    await challenge.answer(form(**WANTED), CALLER)
    assert sign_in.heard[1].position == ""
