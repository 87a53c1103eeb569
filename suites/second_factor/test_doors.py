"""Every door asks the same: pages and JSON share budgets, refuse odd bodies, and say nothing they should not."""

import json
from typing import Any

import httpx2
import pytest
from tests.services.oauth_house import ADA, CHALLENGE, OAUTH, PASSWORD_TEXT, House
from tests.web.house import Browser
from tests.web.house import House as Site

from twogate.services.api_tokens import CreatedApiToken
from twogate.services.people import People
from twogate.store.unit import Unit
from twogate.terms.account import Credential, User
from twogate.terms.ids import CredentialId, UserId

SIGN_IN = "/.twogate/sign-in"
DOOR = f"{OAUTH}/authorize-challenge"
WANTED = {
    "client_id": "app",
    "scope": "openid orders:read",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
NAME_AND_PASSWORD = {"username": "ada", "password": PASSWORD_TEXT}
ODD = [b"", b"null", b"[]", b"true", b"{}"]
ODD_MEMBERS = ["", None, True, ["123456"], {"code": "123456"}]


async def _ask(house: House, headers: dict[str, str] | None = None, **given: Any) -> httpx2.Response:
    return await house.http.post(DOOR, json=given, headers=headers)


async def _half(house: House) -> str:
    """The password is given through the JSON door; return the handle of what comes next."""
    told = (await _ask(house, **WANTED, **NAME_AND_PASSWORD)).json()
    assert told["reason"] == "proof_needed", told
    return str(told["auth_session"])


def _browser(house: House) -> Browser:
    return Browser(house)  # type: ignore[arg-type]  # it needs the application and its address


def _wrong(house: House) -> str:
    return next(code for code in ("000000", "111111", "222222", "333333") if code != house.otp())


async def _lock(house: House) -> None:
    """Ten wrong codes, half of them by JSON and half of them on a page."""
    for _ in range(5):
        await _ask(house, **WANTED, **NAME_AND_PASSWORD, otp=_wrong(house))
    browser = _browser(house)
    await browser.get(SIGN_IN)
    await browser.fill(name="ada", password=PASSWORD_TEXT)
    for _ in range(5):
        await browser.fill(code=_wrong(house))


async def test_case_05_pages_and_json_count_together(house: House) -> None:
    """Five wrong codes at either door lock both, and a right code opens neither."""
    await _lock(house)
    locked = await _ask(house, **WANTED, **NAME_AND_PASSWORD, otp=house.otp())
    assert (locked.status_code, locked.json()["reason"]) == (429, "locked")
    browser = _browser(house)
    await browser.get(SIGN_IN)
    await browser.fill(name="ada", password=PASSWORD_TEXT)
    page = await browser.fill(code=house.otp())
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 1_700
    assert not browser.cookie("__Host-twogate-session")


async def test_case_06_a_locked_person_finishes_no_grant_that_asks_for_proof(house: House) -> None:
    """With the code locked no door yields a code or a session: JSON, page, authorization request, step-up."""
    await _lock(house)
    told = (await _ask(house, **WANTED, **NAME_AND_PASSWORD, otp=house.otp())).json()
    assert "authorization_code" not in told
    assert "/.twogate/sign-in" in (await house.authorize()).headers["location"]
    session = await house.sign_in(factors=1)
    step_up = await house.authorize(acr_values="aal2")
    assert "code=" not in step_up.headers["location"]
    assert "/.twogate/step-up" in step_up.headers["location"]
    async with house.store.read() as unit:
        assert [one.id for one in await unit.sessions.of_user(ADA)] == [session.id]


async def test_case_06_a_blocked_person_finishes_no_grant(house: House) -> None:
    """Code, refresh token, API token, JSON door, page, authorization request, user info: nothing after the block."""
    await house.sign_in()
    tokens, code = await house.tokens(), await house.code()
    made = await house.api_tokens.create(ADA, name="ci", scope=("orders:read",), days=1, actor="test")
    assert isinstance(made, CreatedApiToken)
    assert (await house.introspect(made.secret.text()))["active"]
    half = await _half(house)
    people = People(
        house.store,
        house.clock,
        house.deps.entropy,
        authenticators=house.deps.authenticators,
        settings=house.deps.settings.sign_in,
    )
    await people.block(ADA, actor="test")
    assert (await house.redeem(code)).json()["error"] == "invalid_grant"
    assert (await house.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    for token in (tokens["access_token"], made.secret.text()):
        assert await house.introspect(token) == {"active": False}
    assert (await house.userinfo(tokens["access_token"])).status_code == 401
    assert "authorization_code" not in (await _ask(house, auth_session=half, otp=house.otp())).json()
    whole = await _ask(house, **WANTED, **NAME_AND_PASSWORD, otp=house.otp())
    assert "authorization_code" not in whole.json()
    sent = await house.authorize()
    assert "code=" not in sent.headers["location"]
    browser = _browser(house)
    await browser.get(SIGN_IN)
    page = await browser.fill(name="ada", password=PASSWORD_TEXT)
    assert 400 <= page.status_code < 500
    assert not browser.cookie("__Host-twogate-session")


@pytest.mark.parametrize("body", ODD)
async def test_case_10_odd_bodies_advance_nothing(house: House, body: bytes) -> None:
    """Neither as the first request nor beside a live handle in the address does such a body get anywhere."""
    handle = await _half(house)
    for address in (DOOR, f"{DOOR}?auth_session={handle}&otp={house.otp()}"):
        answer = await house.http.post(address, content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500
        assert "authorization_code" not in answer.text
    assert (await _ask(house, auth_session=handle, otp=house.otp())).status_code == 200  # it was not touched


@pytest.mark.parametrize("value", ODD_MEMBERS)
async def test_case_10_odd_codes_advance_nothing(house: House, value: object) -> None:
    """An empty, missing, true or nested code is no code, at the JSON door and on the page."""
    handle = await _half(house)
    for given in ({"otp": value}, {"otp": value, "factor": "totp"}, {"password": value}, {"code": value}, {}):
        answer = await _ask(house, auth_session=handle, **given)
        assert 400 <= answer.status_code < 500, given
        assert "authorization_code" not in answer.text
        handle = answer.json().get("auth_session", handle)
    browser = _browser(house)
    await browser.get(SIGN_IN)
    await browser.fill(name="ada", password=PASSWORD_TEXT)
    page = await browser.fill(code=value if isinstance(value, str) else json.dumps(value))
    assert page.status_code == 422
    assert not browser.cookie("__Host-twogate-session")


@pytest.mark.parametrize("address", ["a", "", "127.0.0.1, a", "203.0.113.7:80"])
async def test_case_11_a_garbage_address_signs_nobody_in(house: House, address: str) -> None:
    """With every proof right, a client address that cannot be is refused at both doors, and no check is left out."""
    headers = {"x-twogate-address": address}
    answer = await _ask(house, headers, **WANTED, **NAME_AND_PASSWORD, otp=house.otp())
    assert answer.status_code == 400
    assert "authorization_code" not in answer.text
    browser = _browser(house)
    assert (await browser.get(SIGN_IN, **headers)).status_code == 400
    await browser.get(SIGN_IN)
    form = browser.forms()[0]
    fields = {**form.fields, "name": "ada", "password": PASSWORD_TEXT}
    assert (await browser.post(form.action, fields, **headers)).status_code == 400


@pytest.mark.parametrize("agent", [b"", b"\xff\xfe\x80", b"Mozilla/5.0 {what} %s" * 999])
async def test_case_11_a_garbage_user_agent_changes_nothing(house: House, agent: bytes) -> None:
    """Whatever it is, the code is still asked for, and a lock is still told to the owner."""
    told = (await house.http.post(DOOR, json=WANTED | NAME_AND_PASSWORD, headers={b"user-agent": agent})).json()
    assert told["reason"] == "proof_needed"
    for _ in range(10):
        sent = WANTED | NAME_AND_PASSWORD | {"otp": _wrong(house)}
        answer = await house.http.post(DOOR, json=sent, headers={b"user-agent": agent})
        assert answer.status_code in (400, 429)
    async with house.store.read() as unit:
        assert len(await unit.notices.of_user(ADA)) == 1


async def test_case_13_an_auth_session_is_dead_once_it_was_answered(house: House) -> None:
    """Captured and sent again after the code, with the next right code: nothing."""
    handle = await _half(house)
    assert (await _ask(house, auth_session=handle, otp=house.otp())).status_code == 200
    house.clock.advance(30)
    again = await _ask(house, auth_session=handle, otp=house.otp())
    assert again.json()["error"] == "invalid_session"


async def test_case_14_a_page_handle_buys_no_code_for_an_app(house: House) -> None:
    """The handle of a sign-in on a page, carried to the JSON door with every right proof, yields no code there."""
    browser = _browser(house)
    await browser.get(SIGN_IN)
    handle = browser.cookie("__Host-twogate-flow")
    assert handle
    for more in ({}, {"client_id": "app"}):
        told = await _ask(house, auth_session=handle, **NAME_AND_PASSWORD, otp=house.otp(), **more)
        assert told.status_code == 400
        assert told.json()["error"] == "invalid_session"


async def test_case_14_tokens_of_other_kinds_are_no_handles(house: House) -> None:
    """Session secret, access token, refresh token, code and API token open no flow at the JSON door."""
    await house.sign_in()
    tokens, code = await house.tokens(), await house.code()
    assert house.session_secret is not None
    for foreign in (house.session_secret.text(), tokens["access_token"], tokens["refresh_token"], code):
        told = await _ask(house, auth_session=foreign, **NAME_AND_PASSWORD, otp=house.otp())
        assert told.json()["error"] in ("invalid_session", "invalid_request")


async def test_case_15_no_answer_holds_a_code_a_seed_or_a_hash(house: House, site: Site) -> None:
    """Bodies and headers of a whole sign-in at both doors, wrong tries included, hold nothing that proves anybody."""
    wrong = _wrong(house)
    answers = [await _ask(house, **WANTED, **NAME_AND_PASSWORD, otp=wrong)]
    answers += [await _ask(house, **WANTED, **NAME_AND_PASSWORD), await _ask(house, **WANTED, username="ada")]
    told = answers[1].json()
    right = house.otp()
    answers.append(await _ask(house, auth_session=told["auth_session"], otp=right))
    _check_clean(answers, [PASSWORD_TEXT, wrong, right])
    ada = await site.person()
    codes = await site.recovery_codes(ada)
    browser = site.browser()
    await browser.get(SIGN_IN)
    await browser.fill(name="ada", password="not this one")
    await browser.fill(name="ada", password=ada.password)
    await browser.fill(code="999999")
    right = ada.code(site.clock)
    await browser.fill(code=right)
    await browser.get("/.twogate/account")
    _check_clean(browser.seen, [ada.password, "not this one", "999999", right, ada.seed, *codes])


def _check_clean(answers: list[httpx2.Response], secrets: list[str]) -> None:
    for answer in answers:
        shown = f"{answer.text}\n{dict(answer.headers)}"
        assert [one for one in (*secrets, "argon2", "$v=19$") if one in shown] == []


async def test_case_17_no_parameter_talks_the_second_factor_away(house: House) -> None:
    """Members that other products' servers have trusted from the browser mean nothing here."""
    for claim in ("mfa_required", "otp_required", "verified", "acr", "amr", "aal", "skip", "returnCode", "step"):
        for value in ("false", "aal2"):
            told = await _ask(house, **WANTED, **NAME_AND_PASSWORD, **{claim: value})
            assert "authorization_code" not in told.text
            assert _was_asked_for_more(told)


def _was_asked_for_more(answer: httpx2.Response) -> bool:
    return answer.json().get("reason") in {"proof_needed", "request_malformed", "input_malformed"}


async def _crowd(unit: Unit, names: list[str]) -> None:
    """People who all have Ada's password."""
    (password,) = [one for one in await unit.credentials.of_user(ADA) if one.factor == "password"]
    for name in names:
        user = UserId(f"usr_{name}")
        await unit.users.add(User(user, name, name, "", password.created, enrolled_once=True))
        own = Credential(CredentialId(f"crd_{name}"), user, "password", "", password.state, 1, password.created)
        await unit.credentials.add(own)


def _without_handles(answer: httpx2.Response) -> tuple[object, ...]:
    told = {key: value for key, value in answer.json().items() if key not in ("auth_session", "request_id")}
    for one in told.get("factors", ()):
        if "question" in one:
            assert one["question"]["publicKey"].pop("challenge")  # new each time, for everybody
    headers = {key: value for key, value in answer.headers.items() if key != "x-request-id"}
    return answer.status_code, told, headers


async def test_case_33_names_cannot_be_told_apart(house: House) -> None:
    """A name that exists and one that does not: the same status, body and headers, from the first try to the lock."""
    async with house.store.work() as unit:
        await _crowd(unit, ["known"])
    for at in range(12):
        known, other = [
            _without_handles(await _ask(house, **WANTED, username=name, password="not this one"))
            for name in ("known", "other")
        ]
        assert known == other
        assert known[0] == (400 if at < 9 else 429)
