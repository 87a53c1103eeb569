"""Sign-in on another device: the code is shown, the pace is the server's."""

import pytest
from tests.twogate_client.site import API, Site

from twogate_client import Code, Device, SignInError


def test_the_code_is_shown_and_the_tokens_come(site: Site) -> None:
    """Two polls hear that nobody has typed yet, the third brings tokens; each waited the interval."""
    shown: list[Code] = []
    site.pending = ["authorization_pending", "authorization_pending"]
    begun = site.now
    kept = site.auth(Device(show=shown.append)).sign_in()
    assert shown == [Code("WDJB-MJHT", f"{API}/device", 120)]
    assert site.now - begun == 15
    assert kept.way == "device"


def test_slow_down_is_obeyed_for_good(site: Site) -> None:
    """RFC 8628 section 3.5: five seconds more, for this and all polls after it."""
    site.pending = ["slow_down", "authorization_pending"]
    begun = site.now
    site.auth(Device(show=lambda _: None)).sign_in()
    assert site.now - begun == 5 + 10 + 10


def test_a_server_that_is_away_is_asked_more_slowly(site: Site) -> None:
    """Section 3.5: a time-out doubles the wait; the code is not lost."""
    site.lose = 1
    begun = site.now
    site.auth(Device(show=lambda _: None)).sign_in()
    assert site.now - begun == 5 + 10


@pytest.mark.parametrize("code", ["access_denied", "expired_token", "invalid_grant"])
def test_a_no_ends_it(site: Site, code: str) -> None:
    """Nobody polls on after a no."""
    site.pending = [code, "authorization_pending"]
    with pytest.raises(SignInError) as caught:
        site.auth(Device(show=lambda _: None)).sign_in()
    assert caught.value.code == code
    assert site.count("/token") == 1


def test_patience_ends_with_the_code(site: Site) -> None:
    """After ``expires_in`` nobody asks any more."""
    site.pending = ["authorization_pending"] * 100
    with pytest.raises(SignInError, match="in time"):
        site.auth(Device(show=lambda _: None)).sign_in()
    assert site.count("/token") == 24


def test_the_key_is_shown_from_the_first_request(site: Site) -> None:
    """The device request carries a proof of the key that fetches the tokens, each poll one of its own."""
    site.pending = ["authorization_pending"]
    site.auth(Device(show=lambda _: None)).sign_in()
    proofs = [one.headers["dpop"] for one in site.heard if one.method == "POST"]
    assert len(set(proofs)) == len(proofs) == 3


def test_what_is_demanded_is_passed_on(site: Site) -> None:
    """Level and age of a step-up stand in the request."""
    site.auth(Device(show=lambda _: None)).sign_in(acr_values="aal2", max_age=60)
    begun = next(one for one in site.heard if one.url.path == "/device")
    assert b"acr_values=aal2" in begun.content
    assert b"max_age=60" in begun.content


def test_an_address_that_leads_anywhere_is_not_shown(site: Site) -> None:
    """A code is typed at https or nowhere."""
    site.verification = "http://evil.example"
    shown: list[Code] = []
    with pytest.raises(SignInError, match="verification_uri"):
        site.auth(Device(show=shown.append)).sign_in()
    assert shown == []


def test_a_server_without_the_grant_says_so(site: Site) -> None:
    """There is nothing to ask."""
    site.metadata = {"device_authorization_endpoint": None}
    with pytest.raises(SignInError, match="no devices"):
        site.auth(Device(show=lambda _: None)).sign_in()
