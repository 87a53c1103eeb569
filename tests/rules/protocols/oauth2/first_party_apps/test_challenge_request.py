"""The authorization challenge request."""

from typing import Any

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import CHALLENGE, a_client

from twogate.rules.assurance.level import Level
from twogate.rules.assurance.step_up import Need
from twogate.rules.protocols.oauth2.first_party_apps.challenge_request import (
    Given,
    Wanted,
    read_given,
    read_wanted,
)
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidRequest, OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import ClientKind
from twogate.terms.secret import Secret

APP = a_client(ClientKind.FIRST_PARTY, redirect_uris=())
GOOD = {"client_id": "shop", "scope": "openid", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def test_what_an_app_wants_survives_the_sign_in() -> None:
    """Scope, challenge and nonce come back unchanged from the path that the sign-in keeps."""
    wanted, need = _good(GOOD | {"nonce": "n&=%", "acr_values": "aal2", "max_age": "60"})
    assert need == Need(Level.AAL2, 60)
    assert Wanted.from_path(wanted.to_path()) == wanted
    assert wanted.to_path().startswith("/")


def _good(values: dict[str, str]) -> tuple[Wanted, Need]:
    found = read_wanted(Parameters(values), APP)
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("path", ["/", "/orders", "", "/.twogate/oauth2/authorize?code_challenge=x", "https://x/"])
def test_a_sign_in_that_began_elsewhere_yields_no_code(path: str) -> None:
    """Case 14: a flow of the browser pages is worth nothing here."""
    assert Wanted.from_path(path) is None


@pytest.mark.parametrize(
    ("client", "change"),
    [
        (None, {}),
        (a_client(ClientKind.FIRST_PARTY, blocked=NOON), {}),
        (a_client(ClientKind.BROWSER), {}),
        (a_client(ClientKind.SERVICE), {}),
        (APP, {"code_challenge": "x"}),
        (APP, {"code_challenge_method": "plain"}),
        (APP, {"scope": "admin"}),
        (APP, {"acr_values": "x"}),
        (APP, {"nonce": "é"}),
        (APP, {"nonce": "n" * 513}),
    ],
)
def test_what_is_refused_before_any_sign_in(client: Any, change: dict[str, str]) -> None:
    """Only first-party clients, only with PKCE, only for what they may ask for."""
    assert isinstance(read_wanted(Parameters(GOOD | change), client), OAuthRefusal)


def test_what_a_person_gave() -> None:
    """Otp is short for code; secrets do not show."""
    given = read_given(Parameters({"username": "ada", "password": "hunter2", "otp": "123456"}))
    assert given == Given("ada", Secret("hunter2"), Secret("123456"))
    assert "hunter2" not in repr(given)


def test_two_codes_are_one_too_many() -> None:
    """Code and otp name the same thing."""
    assert isinstance(read_given(Parameters({"code": "1", "otp": "2"})), InvalidRequest)


@pytest.mark.parametrize(("values", "anything"), [({}, False), ({"username": "ada"}, False), ({"code": "1"}, True)])
def test_nothing_given_is_a_question(values: dict[str, str], *, anything: bool) -> None:
    """Without a password or code the app only asks what is needed next."""
    given = read_given(Parameters(values))
    assert isinstance(given, Given)
    assert given.anything is anything
