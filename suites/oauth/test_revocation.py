"""Revocation: what dies, what gateways learn, and when "done" is said (RFC 7009)."""

import asyncio

import httpx2
from tests.services.oauth_house import OAUTH, House

from twogate.terms.changes import ChangeKind
from twogate.terms.edges import Edge
from twogate.terms.ids import EdgeId
from twogate.terms.secret import Secret


async def _revoke(house: House, token: str, client: str = "shop") -> httpx2.Response:
    return await house.http.post(f"{OAUTH}/revoke", data={"token": token, "client_id": client})


async def test_revoked_access_token(house: House) -> None:
    """An access token dies alone: gateways learn its digest until it would have expired; the refresh token lives."""
    await house.sign_in()
    tokens = await house.tokens()
    answer = await _revoke(house, tokens["access_token"])
    assert (answer.status_code, answer.json()) == (200, {"in_force": True, "lagging": []})
    async with house.store.read() as unit:
        change = await unit.feed.held(ChangeKind.TOKEN_REVOKED, Secret(tokens["access_token"]).sha256())
    assert change is not None
    assert change.until == house.clock.now().seconds + 300 + 1
    assert await house.introspect(tokens["access_token"]) == {"active": False}
    assert (await house.userinfo(tokens["access_token"])).status_code == 401
    assert (await house.refresh(tokens["refresh_token"])).status_code == 200


async def test_revoked_refresh_token(house: House) -> None:
    """A refresh token takes its whole grant along (RFC 7009 section 2.1)."""
    await house.sign_in()
    tokens = await house.tokens()
    assert (await _revoke(house, tokens["refresh_token"])).status_code == 200
    assert await house.introspect(tokens["access_token"]) == {"active": False}
    assert (await house.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_unknown_tokens_are_as_good_as_revoked(house: House) -> None:
    """RFC 7009 section 2.2: an unknown, expired or malformed token is answered with 200."""
    await house.sign_in()
    old = (await house.tokens())["access_token"]
    house.clock.advance(400)
    for token in ("x", "tg_rt_unknown", "a.b.c", old, "tg_ac_x"):
        assert (await _revoke(house, token)).status_code == 200


async def test_tokens_of_another_client_are_left_alone(house: House) -> None:
    """RFC 7009 section 2.1: only the client that a token was issued to may revoke it."""
    await house.sign_in()
    tokens = await house.tokens("shop")
    for kind in ("access_token", "refresh_token"):
        answer = await _revoke(house, tokens[kind], "desk")
        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert (await house.introspect(tokens["access_token"]))["active"] is True


async def test_api_tokens_are_not_for_clients_to_revoke(house: House) -> None:
    """RFC 7009 section 2.2.1: a kind of token that cannot be revoked here is said to be so."""
    assert (await _revoke(house, "tg_pat_x")).json()["error"] == "unsupported_token_type"


async def test_lagging_gateway_is_named(house: House) -> None:
    """When a live gateway has not confirmed in time, the answer is still 200 and says which one."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    async with house.store.work() as unit:
        await unit.edges.add(Edge(EdgeId("edg_1"), "edge-one", "0" * 64, house.clock.now(), seen=house.clock.now()))
        await unit.edges.report(EdgeId("edg_1"), position=0, policy_version=0, fault="", at=house.clock.now())
    answer = await _revoke(house, token)
    assert (answer.status_code, answer.json()) == (200, {"in_force": False, "lagging": ["edge-one"]})


async def test_done_is_said_when_the_gateway_has_it(house: House) -> None:
    """The answer waits until the live gateway has acknowledged the change."""
    await house.sign_in()
    token = (await house.tokens())["access_token"]
    async with house.store.work() as unit:
        await unit.edges.add(Edge(EdgeId("edg_1"), "edge-one", "0" * 64, house.clock.now(), seen=house.clock.now()))

    async def acknowledge() -> None:
        await asyncio.sleep(0.1)
        async with house.store.work() as unit:
            head = await unit.feed.head()
            await unit.edges.report(EdgeId("edg_1"), position=head, policy_version=0, fault="", at=house.clock.now())

    answer, _ = await asyncio.gather(_revoke(house, token), acknowledge())
    assert answer.json() == {"in_force": True, "lagging": []}


async def test_revocation_needs_a_client(house: House) -> None:
    """Nobody revokes without saying who they are; confidential clients prove it."""
    for form in ({"token": "x"}, {"token": "x", "client_id": "backend"}, {"token": "x", "client_id": "nobody"}):
        answer = await house.http.post(f"{OAUTH}/revoke", data=form)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert (await _revoke(house, "")).json()["error"] == "invalid_request"
