"""From a bare request to an answer: discovery, sign-in, step-up, renewal, and what must never happen on the way."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from tests.twogate_client.site import API, SECRET, Site

from twogate_client import Browser, ClientCredentials, Device, FileKeeper, MemoryKeeper, TwogateAuth

SERVICE = ClientCredentials(SECRET)


def test_a_bare_request_finds_its_way(site: Site) -> None:
    """From the API alone: its 401, its description, its server's, a token, the same request again."""
    with site.client(site.auth(SERVICE)) as http:
        answer = http.post("/orders", json={"a": 1})
    assert answer.json() == {"method": "POST", "body": '{"a":1}', "scheme": "DPoP"}
    assert site.paths() == [
        "/orders",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-authorization-server/tenant",
        "/token",
        "/orders",
    ]


def test_what_is_open_asks_nobody(site: Site) -> None:
    """A rule without credentials needs no sign-in; without a challenge there is none."""
    with site.client(site.auth(SERVICE)) as http:
        assert http.get("/open").json() == {"open": True}
    assert site.paths() == ["/open"]


def test_a_token_serves_until_its_end_and_is_renewed_before(site: Site) -> None:
    """The second request has no detour; after the token's life one renewal comes before the request, not after a no."""
    auth = site.auth(Browser(open=site.person()))
    with site.client(auth) as http:
        http.get("/orders")
        site.heard.clear()
        http.get("/orders")
        site.now += 295
        assert http.get("/orders").status_code == 200
    assert site.paths() == ["/orders", "/token", "/orders"]


def test_a_service_fetches_its_next_token_in_time(site: Site) -> None:
    """It has no refresh token and needs none."""
    with site.client(site.auth(SERVICE)) as http:
        http.get("/orders")
        site.heard.clear()
        site.now += 295
        assert http.get("/orders").status_code == 200
    assert site.paths() == ["/token", "/orders"]


def test_step_up_is_answered_by_the_same_request_again_once(site: Site) -> None:
    """RFC 9470: a new sign-in with the level and the age that were asked for, then the same request with its body."""
    person = site.person()
    with site.client(site.auth(Browser(open=person))) as http:
        http.get("/orders")
        answer = http.post("/vault", content=b"gold")
    assert answer.json()["body"] == "gold"
    assert [(one.get("acr_values"), one.get("max_age")) for one in person.asked] == [(None, None), ("aal2", "300")]
    assert site.count("/vault") == 2


def test_step_up_that_does_not_help_ends(site: Site) -> None:
    """Whoever cannot prove more is asked once; the caller sees the API's own answer."""
    shown: list[object] = []
    with site.client(site.auth(Device(show=shown.append))) as http:
        answer = http.get("/vault")
    assert answer.status_code == 401
    assert len(shown) == 2  # once to be signed in at all, once for more
    assert site.count("/vault") == 3


def test_a_service_cannot_step_up(site: Site) -> None:
    """There is nobody to ask: the challenge is the answer."""
    with site.client(site.auth(SERVICE)) as http:
        answer = http.get("/vault")
    assert "insufficient_user_authentication" in answer.headers["www-authenticate"]
    assert site.count("/token") == 1


def test_a_revoked_token_is_replaced(site: Site) -> None:
    """Revoked in the middle, refresh token and all: somebody signs in again, and the request passes."""
    person = site.person()
    with site.client(site.auth(Browser(open=person))) as http:
        http.get("/orders")
        site.grants[0].dead = True
        assert http.get("/orders").status_code == 200
    assert len(person.asked) == 2


def test_without_a_way_nobody_is_asked(site: Site) -> None:
    """The API's refusal comes out as it is; what was kept and is dead is forgotten."""
    keeper = MemoryKeeper()
    site.auth(Browser(open=site.person()), keeper=keeper).sign_in()
    site.grants[0].dead = True
    auth = site.auth(keeper=keeper)
    with site.client(auth) as http:
        assert http.get("/orders").status_code == 401
    assert auth.kept() is None


def test_a_nonce_is_answered_at_both_places(site: Site) -> None:
    """RFC 9449 sections 8 and 9: asked for once, remembered, and a new one is taken up."""
    site.nonce = "n-1"
    with site.client(site.auth(SERVICE)) as http:
        assert http.get("/orders").status_code == 200
        assert site.count("/token") == 2
        before = len(site.heard)
        assert http.get("/orders").status_code == 200
        assert len(site.heard) == before + 1
        site.nonce = "n-2"
        assert http.get("/orders").status_code == 200


def test_credentials_go_to_the_api_and_nobody_else(site: Site) -> None:
    """Another host, another scheme, another port: no token, no proof, and its challenges are not listened to."""
    auth = site.auth(SERVICE)
    with site.client(auth) as http:
        http.get("/orders")
        for url in ("https://evil.example/orders", "http://api.example/orders", "https://api.example:8443/orders"):
            http.get(url)
            assert not {"authorization", "dpop"} & set(site.heard[-1].headers)


def test_a_redirect_to_a_foreign_host_never_carries_the_token(site: Site) -> None:
    """Nor does what that host answers start a sign-in."""
    site.redirect = "https://evil.example/catch"
    with site.client(site.auth(SERVICE), follow_redirects=True) as http:
        http.get("/orders")
        answer = http.get("/moved")
    assert answer.json() == {"elsewhere": "evil.example"}
    assert "authorization" not in site.heard[-1].headers


def test_a_redirect_within_the_api_is_proved_anew(site: Site) -> None:
    """The proof is for one place: the place that the redirect leads to gets its own."""
    site.redirect = "/orders?page=2"
    with site.client(site.auth(SERVICE), follow_redirects=True) as http:
        http.get("/orders")
        answer = http.post("/moved", content=b"x")
    assert answer.json() == {"method": "POST", "body": "x", "scheme": "DPoP"}


def test_a_way_round_by_another_host_starts_nothing(site: Site) -> None:
    """A foreign host that redirects back to the API gets no request signed."""

    def bounce(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "evil.example":
            return httpx2.Response(307, headers={"location": API + "/orders"})
        return site.handle(request)

    site.redirect = "https://evil.example/"
    auth = site.auth(SERVICE)
    with httpx2.Client(transport=httpx2.MockTransport(bounce), auth=auth, base_url=API, follow_redirects=True) as http:
        http.get("/orders")
        assert http.get("/moved").status_code == 401
    assert "authorization" not in site.heard[-1].headers


def test_somebody_elses_authorization_is_left_alone(site: Site) -> None:
    """A request that brings its own stays as it is."""
    with site.client(site.auth(SERVICE)) as http:
        assert http.get("/orders", headers={"authorization": "Basic eA=="}).status_code == 401
    assert site.paths() == ["/orders"]


def test_ten_threads_renew_once(site: Site, tmp_path: Path) -> None:
    """Ten clients with keepers of their own on one folder, as ten processes: one uses the refresh token."""
    place = tmp_path / "kept"
    site.auth(Browser(open=site.person()), keeper=FileKeeper(place)).sign_in()
    site.now += 295
    site.heard.clear()
    gate = threading.Barrier(10)

    def ask(_: int) -> int:
        with site.client(site.auth(keeper=FileKeeper(place))) as http:
            gate.wait(10)
            return http.get("/orders").status_code

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(ask, range(10))) == [200] * 10
    assert site.count("/token") == 1
    assert not site.grants[0].dead


def test_ten_threads_of_one_client_sign_in_once(site: Site) -> None:
    """Nobody sees ten browser windows; who waited takes what the first one brought, for step-up too."""
    person = site.person()
    with site.client(site.auth(Browser(open=person))) as http, ThreadPoolExecutor(10) as pool:
        assert [one.status_code for one in pool.map(http.get, ["/orders"] * 10)] == [200] * 10
        assert len(person.asked) == 1
        assert [one.status_code for one in pool.map(http.get, ["/vault"] * 10)] == [200] * 10
    assert len(person.asked) == 2


def test_a_lost_answer_is_not_a_lost_family(site: Site) -> None:
    """The server renewed, the network ate it: the same token is shown again, and the family lives on."""
    person = site.person()
    with site.client(site.auth(Browser(open=person))) as http:
        http.get("/orders")
        site.now += 295
        site.lose = 2
        assert http.get("/orders").status_code == 200
        site.now += 295
        assert http.get("/orders").status_code == 200
    assert len(person.asked) == 1
    assert not site.grants[0].dead


async def test_the_same_for_asyncio(site: Site) -> None:
    """Sign-in, step-up and renewal without blocking the loop; ten tasks renew once."""
    person = site.person()
    auth = site.auth(Browser(open=person))
    transport = httpx2.MockTransport(site.handle)
    async with httpx2.AsyncClient(transport=transport, auth=auth, base_url=API) as http:
        assert (await http.post("/vault", json={"a": 1})).json()["body"] == '{"a":1}'
        site.now += 295
        site.heard.clear()
        answers = await asyncio.gather(*(http.get("/orders") for _ in range(10)))
    assert [one.status_code for one in answers] == [200] * 10
    assert site.count("/token") == 1


async def test_a_task_that_is_cancelled_leaves_no_lock_behind(site: Site) -> None:
    """Whoever gives up while a person is asked does not keep everybody else waiting."""
    keeper = MemoryKeeper()
    transport = httpx2.MockTransport(site.handle)
    silent = site.auth(Browser(open=lambda _: True, seconds=600), keeper=keeper)
    async with httpx2.AsyncClient(transport=transport, auth=silent, base_url=API) as http:
        task = asyncio.create_task(http.get("/orders"))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    release = keeper.try_lock("shop")
    assert release is not None
    release()


def test_tokens_of_another_worth_are_not_used(site: Site) -> None:
    """A bearer token that lies there is not spent by a program that wants bound ones, nor one of another issuer."""
    keeper = MemoryKeeper()
    site.auth(Browser(open=site.person()), keeper=keeper, binding="bearer").sign_in()
    for auth in (site.auth(keeper=keeper), site.auth(keeper=keeper, binding="bearer", issuer="https://other.example")):
        assert isinstance(auth, TwogateAuth)
        with site.client(auth) as http:
            assert http.get("/orders").status_code == 401
        assert "authorization" not in site.heard[-1].headers
