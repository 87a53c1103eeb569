"""Sign-in in the browser: what comes back is believed only from the server that was asked, to the one who asked."""

import contextlib
import threading
import time
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from tests.twogate_client.site import ISSUER, Site

from twogate_client import Browser, MemoryKeeper, MixUpError, SignInError


def test_the_request_is_bound_to_us(site: Site) -> None:
    """PKCE by S256, a state, the key's thumbprint, an address on the loopback literal (RFC 8252 section 7.3)."""
    person = site.person()
    kept = site.auth(Browser(open=person), scope="orders:read").sign_in()
    asked = person.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "orders:read")
    assert (len(asked["code_challenge"]), len(asked["state"]) >= 43) == (43, True)
    assert asked["dpop_jkt"] == site.grants[0].key
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert asked["redirect_uri"].endswith("/callback")
    assert kept.way == "browser"


def test_nothing_repeats(site: Site) -> None:
    """Two sign-ins share neither state nor challenge nor port's answer, but the key."""
    person = site.person()
    auth = site.auth(Browser(open=person))
    auth.sign_in()
    auth.sign_in()
    one, two = person.asked
    assert one["state"] != two["state"]
    assert one["code_challenge"] != two["code_challenge"]
    assert one["dpop_jkt"] == two["dpop_jkt"]


def test_case_55_mix_up(site: Site) -> None:
    """An answer that names another issuer, or none though this server always does, spends no code (RFC 9207)."""
    for issuer in ("https://evil.example", ISSUER + "/", ISSUER.upper(), "", None):
        keeper = MemoryKeeper()
        auth = site.auth(Browser(open=site.person(iss=issuer)), keeper=keeper)
        with pytest.raises(MixUpError):
            auth.sign_in()
        assert auth.kept() is None
    assert site.count("/token") == 0


def test_case_55_a_server_without_iss_may_leave_it_out(site: Site) -> None:
    """Only where the metadata promises it is it demanded; a wrong one never does."""
    site.metadata = {"authorization_response_iss_parameter_supported": False}
    site.auth(Browser(open=site.person(iss=None))).sign_in()
    with pytest.raises(MixUpError):
        site.auth(Browser(open=site.person(iss="https://evil.example"))).sign_in()


def test_a_state_that_is_not_ours_is_no_answer(site: Site) -> None:
    """It gets a no, its code is not spent, and when nothing else comes, the sign-in fails."""
    person = site.person(state="forged")
    with pytest.raises(SignInError, match="nobody here had asked for"):
        site.auth(Browser(open=person, seconds=0.2)).sign_in()
    assert person.heard[0].status_code == 400
    assert site.count("/token") == 0


def test_a_forged_answer_does_not_stop_the_real_one(site: Site) -> None:
    """A page in the same browser that knocks at every port is waited past."""
    person = site.person()

    def attacked(address: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        forged = {"code": "stolen", "state": "guess", "iss": ISSUER}
        assert httpx2.get(asked["redirect_uri"], params=forged, trust_env=False).status_code == 400
        person(address)

    assert site.auth(Browser(open=attacked)).sign_in().way == "browser"


def test_a_stolen_code_is_worth_nothing(site: Site) -> None:
    """A code that was issued to somebody else's challenge fails at the server."""
    site.codes["foreign"] = {"code_challenge": "x", "redirect_uri": "y"}
    with pytest.raises(SignInError) as caught:
        site.auth(Browser(open=site.person(code="foreign"))).sign_in()
    assert caught.value.code == "invalid_grant"


def test_a_no_is_told(site: Site) -> None:
    """The server's error is the program's, without what could colour a terminal."""
    person = site.person(code=None, error="access_denied", error_description="she \x1b[31msaid no")
    with pytest.raises(SignInError, match=r"access_denied: she \[31msaid no") as caught:
        site.auth(Browser(open=person)).sign_in()
    assert caught.value.code == "access_denied"


def test_an_answer_without_a_code_is_none(site: Site) -> None:
    """Right state, right issuer, nothing in it."""
    with pytest.raises(SignInError, match="no code"):
        site.auth(Browser(open=site.person(code=None))).sign_in()


def test_a_server_without_pages_says_so(site: Site) -> None:
    """There is no endpoint to send anybody to."""
    site.metadata = {"authorization_endpoint": None}
    with pytest.raises(SignInError, match="nobody in by browser"):
        site.auth(Browser(open=site.person())).sign_in()


def test_nothing_listens_afterwards(site: Site) -> None:
    """Neither after success nor after a failure is there a port or a thread left."""
    before = threading.active_count()
    ports = []
    for change in ({}, {"iss": "https://evil.example"}):
        person = site.person(**change)
        with contextlib.suppress(MixUpError):
            site.auth(Browser(open=person)).sign_in()
        ports.append(person.asked[0]["redirect_uri"])
    for address in ports:
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(address, trust_env=False)
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
