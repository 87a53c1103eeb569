"""Known ways around grants, each tried: codes, refresh tokens, blocked accounts (cases 24, 25, 27, 49, 50)."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.services.oauth_house import ADA, CHALLENGE, OAUTH, VERIFIER, House, answer_of, open_house

from twogate.terms.changes import ChangeKind
from twogate.terms.client import ClientKind
from twogate.terms.ids import ClientId


async def test_case_24_refresh_keeps_the_assurance_of_its_own_event(house: House) -> None:
    """A refresh token of a password-only sign-in never yields AAL2, even after the session was stepped up."""
    session = await house.sign_in(factors=1)
    weak = await house.tokens()
    strong = await house.sign_in(factors=2)
    async with house.store.work() as unit:
        await unit.sessions.replace(replace(session, proofs=strong.proofs))
    renewed = (await house.refresh(weak["refresh_token"])).json()
    told = await house.introspect(renewed["access_token"])
    assert (told["acr"], told["amr"]) == ("aal1", ["pwd"])


async def test_case_25_rotated_refresh_token_revokes_the_family_after_a_restart(house: House, tmp_path: Path) -> None:
    """A refresh token that was rotated away revokes its whole family, also in a process that never saw it before."""
    await house.sign_in()
    first = await house.tokens()
    second = (await house.refresh(first["refresh_token"])).json()
    async with open_house(tmp_path, after=house) as restarted:
        replayed = await restarted.refresh(first["refresh_token"])
        assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
        assert replayed.json()["reason"] == "grant_reused"
        assert (await restarted.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"
        assert await restarted.introspect(second["access_token"]) == {"active": False}


async def test_case_25_family_revocation_reaches_the_gateways(house: House) -> None:
    """The feed tells gateways to refuse every token of the family until the last one has expired."""
    await house.sign_in()
    first = await house.tokens()
    await house.refresh(first["refresh_token"])
    await house.refresh(first["refresh_token"])
    async with house.store.read() as unit:
        (change,) = [c for c in await unit.feed.after(0) if c.kind is ChangeKind.GRANT_REVOKED]
    assert change.until == house.clock.now().seconds + 300 + 1


async def test_racing_refreshes_yield_one_family_at_most(house: House) -> None:
    """Of twenty simultaneous uses of one refresh token one wins at most, and the others end the family."""
    await house.sign_in()
    token = (await house.tokens())["refresh_token"]
    answers = await asyncio.gather(*(house.refresh(token) for _ in range(20)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert await house.introspect(won[0]["access_token"]) == {"active": False}


async def test_case_27_blocked_person_gets_nothing(house: House) -> None:
    """Blocking an account stops codes, redemption, refresh, introspection and userinfo at once."""
    await house.sign_in()
    tokens, code = await house.tokens(), await house.code()
    async with house.store.work() as unit:
        await unit.users.set_blocked(ADA, house.clock.now())
    assert (await house.redeem(code)).json()["error"] == "invalid_grant"
    assert (await house.refresh(tokens["refresh_token"])).json()["reason"] == "subject_blocked"
    assert "code" not in answer_of(await house.authorize())
    assert await house.introspect(tokens["access_token"]) == {"active": False}
    assert (await house.userinfo(tokens["access_token"])).status_code == 401


async def test_case_27_ended_session_gets_nothing(house: House) -> None:
    """After sign-out neither the code nor the refresh token of that session yields a token."""
    session = await house.sign_in()
    tokens, code = await house.tokens(), await house.code()
    async with house.store.work() as unit:
        await unit.sessions.end(session.id, house.clock.now())
    assert (await house.redeem(code)).json()["reason"] == "session_ended"
    assert (await house.refresh(tokens["refresh_token"])).json()["reason"] == "session_ended"


async def test_case_27_blocked_client_gets_nothing(house: House) -> None:
    """Blocking a client stops its codes, refresh tokens and access tokens."""
    await house.sign_in()
    tokens, code = await house.tokens(), await house.code()
    await house.clients.block(ClientId("shop"), actor="test")
    assert (await house.redeem(code)).status_code == 401
    assert (await house.refresh(tokens["refresh_token"])).status_code == 401
    assert (await house.authorize()).status_code == 400
    assert await house.introspect(tokens["access_token"]) == {"active": False}


async def test_case_27_blocked_service_account_gets_nothing(house: House) -> None:
    """Blocking a service account stops new tokens and tells gateways to refuse the old ones."""
    issued = await house.http.post(
        f"{OAUTH}/token", data={"grant_type": "client_credentials"}, auth=house.basic("robot")
    )
    token = issued.json()["access_token"]
    assert (await house.introspect(token))["active"]
    await house.clients.block(ClientId("robot"), actor="test")
    again = await house.http.post(
        f"{OAUTH}/token", data={"grant_type": "client_credentials"}, auth=house.basic("robot")
    )
    assert again.status_code == 401
    assert await house.introspect(token) == {"active": False}
    async with house.store.read() as unit:
        assert await unit.feed.held(ChangeKind.SUBJECT_BLOCKED, "robot") is not None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code_challenge": ""}, "pkce_required"),
        ({"code_challenge_method": "plain"}, "pkce_required"),
        ({"code_challenge_method": ""}, "pkce_required"),
        ({"code_challenge_method": "s256"}, "pkce_required"),
        ({"code_challenge": CHALLENGE[:-1]}, "pkce_required"),
        ({"code_challenge": CHALLENGE + "="}, "pkce_required"),
    ],
)
async def test_case_49_no_code_without_a_challenge(house: House, change: dict[str, str], reason: str) -> None:
    """Every client must send an S256 challenge; nothing less is accepted."""
    await house.sign_in()
    answer = answer_of(await house.authorize(**change))
    assert answer["error"] == "invalid_request"
    assert "code" not in answer, reason


@pytest.mark.parametrize(
    "verifier", ["", VERIFIER[:-1], VERIFIER + "x", VERIFIER.swapcase(), CHALLENGE, "x", "é" * 43, " " * 43]
)
async def test_case_49_no_tokens_without_the_verifier(house: House, verifier: str) -> None:
    """A stolen code is worth nothing without the verifier, and stays good for whoever has it."""
    await house.sign_in()
    code = await house.code()
    assert (await house.redeem(code, code_verifier=verifier)).status_code == 400
    assert (await house.redeem(code)).status_code == 200


async def test_case_50_code_is_bound_to_its_client(house: House) -> None:
    """Another client cannot redeem a code, and its trying does not spoil it."""
    await house.sign_in()
    code = await house.code("shop")
    assert (await house.redeem(code, "desk")).json()["error"] == "invalid_grant"
    assert (await house.redeem(code, "shop")).status_code == 200


async def test_case_50_refresh_token_is_bound_to_its_client(house: House) -> None:
    """Another client cannot use a refresh token."""
    await house.sign_in()
    token = (await house.tokens("shop"))["refresh_token"]
    assert (await house.refresh(token, "desk")).json()["error"] == "invalid_grant"
    assert (await house.refresh(token, "shop")).status_code == 200


async def test_case_50_code_reuse_kills_its_tokens(house: House) -> None:
    """A code that comes a second time revokes everything issued from it (RFC 6749 section 4.1.2)."""
    await house.sign_in()
    code = await house.code()
    tokens = (await house.redeem(code)).json()
    assert (await house.redeem(code)).json()["reason"] == "grant_reused"
    assert await house.introspect(tokens["access_token"]) == {"active": False}
    assert (await house.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_case_50_racing_redemptions_yield_no_living_tokens(house: House) -> None:
    """Of twenty simultaneous redemptions one wins at most, and its tokens are dead because of the others."""
    await house.sign_in()
    code = await house.code()
    answers = await asyncio.gather(*(house.redeem(code) for _ in range(20)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert await house.introspect(won[0]["access_token"]) == {"active": False}


async def test_code_expires_after_a_minute(house: House) -> None:
    """A code is unusable from its sixtieth second on (ASVS 10.4.3)."""
    await house.sign_in()
    code, late = await house.code(), await house.code()
    house.clock.advance(59)
    assert (await house.redeem(code)).status_code == 200
    house.clock.advance(1)
    assert (await house.redeem(late)).json()["error"] == "invalid_grant"


async def test_code_is_bound_to_its_redirect_uri(house: House) -> None:
    """RFC 6749 section 4.1.3: the redirect URI of the token request is the one of the authorization request."""
    await house.sign_in()
    code = await house.code()
    for other in ("", "https://shop.example/callback/", "https://evil.example/"):
        assert (await house.redeem(code, redirect_uri=other)).json()["error"] == "invalid_grant"


async def test_refresh_ends_when_idle_and_absolutely(house: House) -> None:
    """A refresh token dies after an hour unused, and the family after a day whatever happens."""
    await house.sign_in()
    token = (await house.tokens())["refresh_token"]
    for _ in range(23):
        house.clock.advance(3_599)
        answer = await house.refresh(token)
        assert answer.status_code == 200
        token = answer.json()["refresh_token"]
    house.clock.advance(3_700)
    assert (await house.refresh(token)).json()["error"] == "invalid_grant"


async def test_refresh_scope_can_shrink_but_not_grow(house: House) -> None:
    """RFC 6749 section 6: less scope may be asked for, more may not, and the family keeps what was granted."""
    await house.sign_in()
    token = (await house.tokens())["refresh_token"]
    assert (await house.refresh(token, scope="openid orders:write")).json()["error"] == "invalid_scope"
    less = (await house.refresh(token, scope="orders:read")).json()
    assert less["scope"] == "orders:read"
    assert (await house.refresh(less["refresh_token"])).json()["scope"] == "openid profile orders:read"


@pytest.mark.parametrize("kind", [ClientKind.BROWSER, ClientKind.WEB, ClientKind.FIRST_PARTY, ClientKind.NATIVE])
async def test_only_service_accounts_use_client_credentials(house: House, kind: ClientKind) -> None:
    """RFC 6749 section 4.4: a client through which people sign in gets no token for itself."""
    uris = ("https://x.example/",) if kind is not ClientKind.FIRST_PARTY else ()
    made = await house.register("other", kind, redirect_uris=uris)
    auth = (made.client.id, made.secret.text()) if made.secret else None
    form = {"grant_type": "client_credentials"} | ({} if auth else {"client_id": "other"})
    answer = await house.http.post(f"{OAUTH}/token", data=form, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_service_accounts_use_nothing_else(house: House) -> None:
    """A service account redeems no codes and signs nobody in."""
    form = {"grant_type": "authorization_code", "code": "x", "code_verifier": VERIFIER}
    answer = await house.http.post(f"{OAUTH}/token", data=form, auth=house.basic("robot"))
    assert answer.json()["error"] == "unauthorized_client"
    assert (await house.authorize("robot")).status_code == 400
