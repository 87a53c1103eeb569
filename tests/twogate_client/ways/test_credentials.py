"""A program without a person."""

import pytest
from tests.twogate_client.site import SECRET, Site

from twogate_client import ClientCredentials, SignInError


def test_the_secret_goes_by_basic_in_the_spelling_of_the_rfc(site: Site) -> None:
    """RFC 6749 section 2.3.1: form-encoded first, and never in the body."""
    kept = site.auth(ClientCredentials(SECRET), scope="orders:read").sign_in()
    asked = next(one for one in site.heard if one.url.path == "/token")
    assert b"secret" not in asked.content
    assert b"scope=orders%3Aread" in asked.content
    assert kept.refresh == ""


def test_a_wrong_secret_is_told_and_not_repeated(site: Site) -> None:
    """The server's no is an error; the secret is not in it."""
    with pytest.raises(SignInError, match="invalid_client") as caught:
        site.auth(ClientCredentials("wrong-one")).sign_in()
    assert "wrong-one" not in str(caught.value)


def test_no_secret_no_request(site: Site) -> None:
    """An empty one is a mistake of the program."""
    with pytest.raises(SignInError, match="secret"):
        site.auth(ClientCredentials("")).sign_in()
    assert site.count("/token") == 0


def test_the_secret_does_not_show_itself() -> None:
    """Not where the way is printed."""
    assert SECRET not in repr(ClientCredentials(SECRET))
