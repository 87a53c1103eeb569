"""Known bypasses by credentials: malformed cookies, and caches that answer for somebody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from suites.agreement.wire import Wire
from suites.bypass.requests import raw
from suites.gateway.rig import Gateway

ME = "127.0.0.1"

COOKIES = (
    "twogate",
    "twogate=",
    "=twogate",
    ";;;",
    'twogate="',
    'twogate="{token}',
    "twogate={token}x",
    "twogate={token}; twogate={token}",
    "twogate=; twogate={token}; twogate=x",
    "twogate=\x80\xff",
    "twogate={token}\x00",
    "TWOGATE={token}",
    "twogate-session={token}",
    "__Host-twogate={token}",
    "twogate=" + "A" * 9000,
    "twogate=eyJ.eyJ.",
    "twogate=...",
    "a" * 4000 + "=b",
)


@pytest.mark.parametrize("cookie", COOKIES)
def test_case_70_a_malformed_cookie_never_passes(gateway: Gateway, wire: Wire, cookie: str) -> None:
    """It is refused in the caller's dialect, and the upstream hears nothing."""
    text = cookie.replace("{token}", gateway.token())
    for accept in ("*/*", "text/html"):
        request = raw("GET", "/things/x", gateway.host, f"Cookie: {text}", f"Accept: {accept}")
        response = wire.ask(ME, request)
        assert response.status in {302, 400, 401}
    assert gateway.upstream.heard == []


def test_case_70_whatever_reaches_a_guarded_upstream_names_a_subject(gateway: Gateway, wire: Wire) -> None:
    """There is no 200 without an identity header."""
    token = gateway.token(subject="usr_carol")
    for line in (f"Authorization: Bearer {token}", f"Cookie: a=b; twogate={token}; c=d"):
        assert wire.ask(ME, raw("GET", "/things/x", gateway.host, line)).status == 200
        assert gateway.upstream.last().header("X-Auth-Subject") == "usr_carol"


def test_case_72_people_in_parallel_are_never_swapped(gateway: Gateway, wire: Wire) -> None:
    """Eight people, 1,200 requests side by side, some seen before and some not: each is who the token says."""
    people = [f"usr_p{number}" for number in range(8)]
    tokens = {person: [gateway.token(subject=person) for _ in range(3)] for person in people}

    def call(person: str) -> list[int]:
        own = Wire(gateway.port)
        statuses = [
            own.ask(
                ME,
                raw(
                    "GET",
                    f"/things/{person}/{number}",
                    gateway.host,
                    f"Authorization: Bearer {tokens[person][number % 3]}",
                ),
            ).status
            for number in range(150)
        ]
        own.close()
        return statuses

    with ThreadPoolExecutor(len(people)) as pool:
        statuses = [status for found in pool.map(call, people) for status in found]
    assert set(statuses) == {200}
    assert wire.open == {}
    heard = list(gateway.upstream.heard)
    assert len(heard) == len(people) * 150
    assert [one.target.split("/")[2] for one in heard] == [one.header("X-Auth-Subject") for one in heard]


def test_case_72_a_remembered_token_is_judged_anew_by_every_rule(gateway: Gateway, wire: Wire) -> None:
    """What is remembered is who somebody is, never that they may."""
    line = f"Authorization: Bearer {gateway.token(rank=1, factors=1)}"
    for _ in range(2):
        assert wire.ask(ME, raw("GET", "/things/x", gateway.host, line)).status == 200
        assert wire.ask(ME, raw("DELETE", "/things/x", gateway.host, line)).status == 401
        assert wire.ask(ME, raw("GET", "/admin/x", gateway.host, line)).status == 401
        assert wire.ask(ME, raw("GET", "/elsewhere", gateway.host, line)).status == 403


@pytest.mark.parametrize("change", ["cut", "longer", "other case", "space", "part of it"])
def test_case_72_only_the_whole_token_is_remembered(gateway: Gateway, wire: Wire, change: str) -> None:
    """Nothing near a remembered token is taken for it."""
    token = gateway.token()
    assert wire.ask(ME, raw("GET", "/things/x", gateway.host, f"Authorization: Bearer {token}")).status == 200
    near = {
        "cut": token[:-1],
        "longer": f"{token}A",
        "other case": token.swapcase(),
        "space": f"{token} x",
        "part of it": token.rpartition(".")[0],
    }[change]
    assert wire.ask(ME, raw("GET", "/things/x", gateway.host, f"Authorization: Bearer {near}")).status == 401


def test_case_72_a_remembered_token_can_be_revoked(gateway: Gateway, wire: Wire) -> None:
    """Revocation is looked at on every request, not when the token is first seen."""
    facts = gateway.facts(subject="usr_dave")
    line = f"Authorization: Bearer {gateway.token(facts)}"
    assert wire.ask(ME, raw("GET", "/things/x", gateway.host, line)).status == 200
    gateway.admin(f"add map grants.map {facts.grant} revoked")
    response = wire.ask(ME, raw("GET", "/things/x", gateway.host, line))
    assert response.status == 401
    assert b"token_revoked" in response.body


@pytest.mark.parametrize(
    "value", ["Bearer {token},{token}", "Bearer {token}, Bearer {token}", "Bearer {token},", "Bearer {token},x"]
)
def test_case_72_a_list_of_tokens_is_more_than_one(gateway: Gateway, wire: Wire, value: str) -> None:
    """A bearer token holds no comma (RFC 6750 section 2.1), so what stands before it is not taken for the token."""
    line = f"Authorization: {value.replace('{token}', gateway.token())}"
    assert wire.ask(ME, raw("GET", "/things/x", gateway.host, line)).status == 400
    assert gateway.upstream.heard == []
