"""A device from its question to its tokens (RFC 8628)."""

import asyncio
from typing import Any

import pytest
from tests.rules.protocols.keys import Caller as KeyHolder
from tests.services.oauth_house import ADA, ISSUER, OAUTH, URL, House
from tests.services.oauth_keys import proof

from twogate.services.device_approval import TRIES, DeviceApproval
from twogate.services.device_grant import EACH_ADDRESS
from twogate.services.prune import Pruning
from twogate.terms.caller import Caller
from twogate.terms.client import ClientKind
from twogate.terms.reasons import Reason
from twogate.terms.session import Session
from twogate.terms.verdict import Refused

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CALLER = Caller("192.0.2.9", "test", "req-1")


@pytest.fixture
async def tv(house: House) -> House:
    """The house with a program on a television."""
    await house.register(
        "tele", ClientKind.NATIVE, redirect_uris=("http://127.0.0.1/",), scope=("openid", "orders:read")
    )
    return house


async def _ask(house: House, **more: str) -> dict[str, Any]:
    answer = await house.http.post(f"{OAUTH}/device_authorization", data={"client_id": "tele"} | more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    return told


async def _poll(house: House, code: str, client: str = "tele") -> tuple[int, dict[str, Any]]:
    answer = await house.token(grant_type=GRANT, device_code=code, client_id=client)
    return answer.status_code, answer.json()


def _approval(house: House) -> DeviceApproval:
    return DeviceApproval(house.store, house.clock, house.deps.entropy, audience=URL)


async def _answer(house: House, session: Session, code: str, *, allow: bool = True) -> Refused | None:
    answered = await _approval(house).answer(session, code, allow=allow, caller=CALLER)
    return answered if isinstance(answered, Refused) else None


async def test_a_device_is_signed_in(tv: House) -> None:
    """It asks, waits, and once the person has said yes it has tokens of exactly what that person had proved."""
    told = await _ask(tv, scope="openid orders:read")
    assert told["verification_uri"] == f"{ISSUER}/device"
    assert (told["expires_in"], told["interval"]) == (600, 5)
    assert "verification_uri_complete" not in told
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "authorization_pending"
    assert await _answer(tv, await tv.sign_in(), told["user_code"]) is None
    tv.clock.advance(5)
    status, tokens = await _poll(tv, told["device_code"])
    assert status == 200
    assert {"access_token", "refresh_token", "id_token"} <= set(tokens)
    facts = await tv.introspect(tokens["access_token"])
    assert (facts["sub"], facts["acr"], facts["client_id"], facts["scope"]) == (
        ADA,
        "aal2",
        "tele",
        "openid orders:read",
    )
    assert (await tv.refresh(tokens["refresh_token"], "tele")).status_code == 200


async def test_a_no_is_a_no(tv: House) -> None:
    """The device hears it, and a yes that comes later changes nothing."""
    told, session = await _ask(tv), await tv.sign_in()
    assert await _answer(tv, session, told["user_code"], allow=False) is None
    late = await _answer(tv, session, told["user_code"])
    assert late is not None
    assert late.reason is Reason.USER_CODE_UNKNOWN
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "access_denied"


async def test_whoever_polls_too_soon_waits_longer_each_time(tv: House) -> None:
    """Five seconds more for good (section 3.5), also after the yes."""
    told = await _ask(tv)
    await _poll(tv, told["device_code"])
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "slow_down"
    await _answer(tv, await tv.sign_in(), told["user_code"])
    tv.clock.advance(6)
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "slow_down"
    tv.clock.advance(15)
    assert (await _poll(tv, told["device_code"]))[0] == 200


async def test_after_its_time_a_code_is_worth_nothing(tv: House) -> None:
    """Neither to the person nor to the device; an hour later it is forgotten."""
    told = await _ask(tv)
    tv.clock.advance(600)
    assert await _answer(tv, await tv.sign_in(), told["user_code"]) is not None
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "expired_token"
    tv.clock.advance(3600)
    await Pruning(tv.store, tv.clock).prune()
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "invalid_grant"


async def test_case_53_tokens_are_fetched_once(tv: House) -> None:
    """Of ten polls at once, one has them; a second one never does."""
    told = await _ask(tv)
    await _answer(tv, await tv.sign_in(), told["user_code"])
    answers = await asyncio.gather(*(_poll(tv, told["device_code"]) for _ in range(10)))
    assert sorted(status for status, _ in answers) == [200] + [400] * 9
    tv.clock.advance(60)
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "invalid_grant"


async def test_case_53_codes_cannot_be_guessed(tv: House) -> None:
    """Five wrong ones and the account waits, whatever is typed then; another account does not."""
    told, session = await _ask(tv), await tv.sign_in()
    approval = _approval(tv)
    for _ in range(TRIES):
        wrong = await approval.find(session, "BBBB-BBBB")
        assert isinstance(wrong, Refused)
        assert wrong.reason is Reason.USER_CODE_UNKNOWN
    locked = await approval.find(session, told["user_code"])
    assert isinstance(locked, Refused)
    assert locked.reason is Reason.LOCKED
    assert await _answer(tv, session, told["user_code"]) is not None
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "authorization_pending"


async def test_case_53_only_the_program_that_asked_fetches(tv: House) -> None:
    """Another client hears what it hears of a code that does not exist, and slows nobody down."""
    await tv.register("radio", ClientKind.NATIVE, redirect_uris=("http://127.0.0.1/",), scope=("openid",))
    told = await _ask(tv)
    await _answer(tv, await tv.sign_in(), told["user_code"])
    stolen, unknown = await _poll(tv, told["device_code"], "radio"), await _poll(tv, "tg_dc_unknown", "radio")
    for heard in (stolen, unknown):
        del heard[1]["request_id"]
    assert stolen == unknown
    assert (await _poll(tv, told["device_code"]))[0] == 200


@pytest.mark.parametrize("end", ["session", "block"])
async def test_a_yes_rests_on_its_session(tv: House, end: str) -> None:
    """Signed out everywhere, or blocked, before the device fetched: it gets nothing."""
    told, session = await _ask(tv), await tv.sign_in()
    await _answer(tv, session, told["user_code"])
    async with tv.store.work() as unit:
        if end == "session":
            await unit.sessions.end(session.id, tv.clock.now())
        else:
            await unit.users.set_blocked(ADA, tv.clock.now())
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "invalid_grant"


async def test_an_ended_session_approves_nothing(tv: House) -> None:
    """Between the page and the button somebody signed the browser out."""
    told, session = await _ask(tv), await tv.sign_in()
    async with tv.store.work() as unit:
        await unit.sessions.end(session.id, tv.clock.now())
    assert await _answer(tv, session, told["user_code"]) is not None
    assert (await _poll(tv, told["device_code"]))[1]["error"] == "authorization_pending"


async def test_a_stolen_device_code_is_worth_nothing_without_the_key(tv: House) -> None:
    """Who asked with a DPoP proof fetches with the same key (RFC 9449)."""
    mine, other = KeyHolder(), KeyHolder()
    asked = await tv.http.post(
        f"{OAUTH}/device_authorization",
        data={"client_id": "tele"},
        headers=proof(tv, "device_authorization", mine),
    )
    told = asked.json()
    await _answer(tv, await tv.sign_in(), told["user_code"])

    async def fetch(holder: KeyHolder | None) -> tuple[int, str]:
        tv.clock.advance(6)
        headers = proof(tv, "token", holder) if holder else {}
        form = {"grant_type": GRANT, "device_code": told["device_code"], "client_id": "tele"}
        answer = await tv.http.post(f"{OAUTH}/token", data=form, headers=headers)
        return answer.status_code, answer.json().get("token_type", "")

    assert (await fetch(None))[0] == 400
    assert (await fetch(other))[0] == 400
    assert await fetch(mine) == (200, "DPoP")


async def test_one_address_cannot_fill_the_table(tv: House) -> None:
    """So many wait, no more; when their time is over there is room again."""
    for _ in range(EACH_ADDRESS):
        await _ask(tv)
    refused = await tv.http.post(f"{OAUTH}/device_authorization", data={"client_id": "tele"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    tv.clock.advance(600)
    await _ask(tv)


@pytest.mark.parametrize("client", ["shop", "nobody"])
async def test_case_53_whoever_may_not_is_refused(tv: House, client: str) -> None:
    """A page in a browser, and a client that does not exist."""
    answer = await tv.http.post(f"{OAUTH}/device_authorization", data={"client_id": client})
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("unauthorized_client", "invalid_client")
