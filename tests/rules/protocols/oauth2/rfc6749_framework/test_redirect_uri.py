"""Redirect URIs: which may be registered, which match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.protocols.clients import a_client

from twogate.rules.protocols.oauth2.rfc6749_framework import redirect_uri
from twogate.terms.client import ClientKind

WEB, NATIVE, APP = ClientKind.WEB, ClientKind.NATIVE, ClientKind.FIRST_PARTY


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("https://shop.example/callback", WEB),
        ("https://shop.example/callback?tenant=1", WEB),
        ("https://shop.example:8443/", ClientKind.BROWSER),
        ("http://localhost:3000/callback", ClientKind.BROWSER),
        ("http://127.0.0.1/callback", NATIVE),
        ("http://[::1]:8000/callback", NATIVE),
        ("com.example.app:/callback", NATIVE),
        ("com.example.app:/callback", APP),
        ("https://app.example/claimed", NATIVE),
    ],
)
def test_may_be_registered(uri: str, kind: ClientKind) -> None:
    """Https anywhere, http on this machine, an app's own scheme (RFC 8252 section 7)."""
    assert redirect_uri.registrable(uri, kind) is None


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("http://shop.example/callback", WEB),
        ("https://shop.example/callback#x", WEB),
        ("https://shop.example/#", WEB),
        ("https://*.example/callback", WEB),
        ("https://shop.example/*", WEB),
        ("https://user@shop.example/", WEB),
        ("https://shop.example@evil.example/", WEB),
        ("https:///callback", WEB),
        ("https://shop.example:/", WEB),
        ("https://shop.example:99999/", WEB),
        ("https://shop.example/a/../b", WEB),
        ("https://shop.example/%2e%2E/b", WEB),
        ("https://shop.example/a b", WEB),
        ("https://shop.example/é", WEB),
        ("https://shop.example\\@evil.example/", WEB),
        ("https://[::1/", WEB),
        ("javascript:alert(1)", NATIVE),
        ("data:text/html,x", NATIVE),
        ("myapp:/callback", NATIVE),
        ("com.example.app://callback", NATIVE),
        ("com.example.app:/callback", WEB),
        ("/callback", WEB),
        ("", WEB),
        ("https://shop.example/" + "x" * 512, WEB),
        ("https://shop.example/", ClientKind.SERVICE),
    ],
)
def test_may_not_be_registered(uri: str, kind: ClientKind) -> None:
    """RFC 6749 section 3.1.2, RFC 9700 section 2.1: no fragment, no wildcard, no plain http, no ambiguity."""
    assert redirect_uri.registrable(uri, kind) is not None


@given(st.text(max_size=60))
def test_any_text_is_judged(uri: str) -> None:
    """No text raises an exception, and none without a scheme passes."""
    if redirect_uri.registrable(uri, WEB) is None:
        assert uri.startswith(("https://", "http://"))


@given(st.text(max_size=40))
def test_only_the_registered_text_matches(suffix: str) -> None:
    """RFC 9700 section 4.1.3: exact comparison; any addition is another URI."""
    client = a_client(WEB, redirect_uris=("https://shop.example/callback",))
    assert redirect_uri.matches(client, f"https://shop.example/callback{suffix}") is (suffix == "")


def test_ports_vary_for_native_apps_only() -> None:
    """RFC 8252 section 7.3 is about apps on a device; a web client's loopback port is fixed."""
    uris = ("http://127.0.0.1:8000/cb",)
    assert redirect_uri.matches(a_client(NATIVE, redirect_uris=uris), "http://127.0.0.1:9000/cb")
    assert not redirect_uri.matches(a_client(WEB, redirect_uris=uris), "http://127.0.0.1:9000/cb")
