"""Where an answer may be sent."""

import pytest
from tests.ports import NOON
from tests.rules.protocols.clients import a_client

from twogate.rules.protocols.oauth2.rfc6749_framework.authorization_request import Destination, find_destination
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import OAuthRefusal
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import Client, ClientKind

GOOD = {"client_id": "shop", "redirect_uri": "https://shop.example/callback", "state": "s"}


def test_a_registered_redirect_uri_is_a_destination() -> None:
    """Client, URI and state are kept together for the answer."""
    client = a_client()
    assert find_destination(Parameters(GOOD), client) == Destination(client, GOOD["redirect_uri"], "s")


@pytest.mark.parametrize(
    ("client", "change"),
    [
        (None, {}),
        (a_client(blocked=NOON), {}),
        (a_client(ClientKind.SERVICE), {}),
        (a_client(redirect_uris=()), {}),
        (a_client(), {"redirect_uri": "https://evil.example/"}),
        (a_client(), {"redirect_uri": ""}),
        (a_client(), {"state": "s" * 2_049}),
    ],
)
def test_without_a_destination_nothing_is_redirected(client: Client | None, change: dict[str, str]) -> None:
    """RFC 6749 section 4.1.2.1: such errors are shown to the person, not sent anywhere."""
    values = {name: value for name, value in (GOOD | change).items() if value}
    assert isinstance(find_destination(Parameters(values), client), OAuthRefusal)
