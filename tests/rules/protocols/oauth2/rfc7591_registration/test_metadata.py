"""Client metadata: what kind of client it makes, and that what is told back registers the same again."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.oauth_standins import NOON

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.registration import Registration
from twogate.rules.protocols.oauth2.rfc7591_registration.metadata import describe, read_metadata
from twogate.services.clients import client_of
from twogate.terms.client import AuthMethod, ClientKind
from twogate.terms.ids import ClientId

CB = "https://rp.example/cb"
SCOPES = ("openid", "email")


def _read(**said: Any) -> Registration | OAuthRefusal:
    return read_metadata({"redirect_uris": [CB]} | said, scopes=SCOPES, services=True)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({}, ClientKind.WEB),
        ({"token_endpoint_auth_method": "client_secret_post"}, ClientKind.WEB),
        ({"token_endpoint_auth_method": "none"}, ClientKind.BROWSER),
        ({"token_endpoint_auth_method": "none", "application_type": "native"}, ClientKind.NATIVE),
        ({"token_endpoint_auth_method": "none", "redirect_uris": ["com.example.app:/cb"]}, ClientKind.NATIVE),
        ({"grant_types": ["client_credentials"], "redirect_uris": []}, ClientKind.SERVICE),
    ],
)
def test_the_kind_follows_from_what_is_said(said: dict[str, Any], kind: ClientKind) -> None:
    """Nobody names a kind of ours; it is somebody else's client in any case."""
    read = _read(**said)
    assert isinstance(read, Registration)
    assert (read.kind, read.third_party) == (kind, True)


def test_what_is_told_back_registers_the_same() -> None:
    """RFC 7591 section 3.2.1: all of the registration is told, and means what it meant."""
    said = {
        "client_name": "Shop",
        "post_logout_redirect_uris": ["https://rp.example/bye"],
        "backchannel_logout_uri": "https://rp.example/out",
        "id_token_signed_response_alg": "PS256",
        "dpop_bound_access_tokens": True,
        "require_pushed_authorization_requests": True,
        "scope": "email",
    }
    first = _read(**said)
    assert isinstance(first, Registration)
    client = client_of(first, ClientId("cli_1"), secret_digest="d", created=NOON)
    told = describe(client)
    assert said.items() <= told.items()
    second = read_metadata(told, scopes=SCOPES, services=True)
    assert isinstance(second, Registration)
    assert client_of(second, ClientId("cli_1"), secret_digest="d", created=NOON) == client


def test_a_service_account_needs_leave() -> None:
    """Without a token of the operator nobody gets tokens that no person stands behind."""
    said = {"grant_types": ["client_credentials"]}
    assert isinstance(read_metadata(said, scopes=SCOPES, services=False), OAuthRefusal)


def test_keys_at_an_address_need_their_method() -> None:
    """``jwks_uri`` with private_key_jwt, and with nothing else."""
    read = _read(token_endpoint_auth_method="private_key_jwt", jwks_uri="https://rp.example/jwks")
    assert isinstance(read, Registration)
    assert (read.proving.method, read.proving.jwks_uri) == (AuthMethod.PRIVATE_KEY_JWT, "https://rp.example/jwks")
    assert isinstance(_read(jwks_uri="https://rp.example/jwks"), OAuthRefusal)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda one: st.lists(one, max_size=3), max_leaves=4
)
_NAMES = st.sampled_from(
    [
        "redirect_uris",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "scope",
        "client_name",
        "jwks",
        "jwks_uri",
        "backchannel_logout_uri",
        "post_logout_redirect_uris",
        "application_type",
        "subject_type",
        "id_token_signed_response_alg",
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw makes the tables of Unicode
@given(st.dictionaries(_NAMES, _JSON, max_size=6))
def test_any_json_is_read_or_refused(said: dict[str, Any]) -> None:
    """Whatever stands in the members: a registration or a refusal, never a fault."""
    read = read_metadata(said, scopes=SCOPES, services=True)
    assert isinstance(read, Registration | OAuthRefusal)
