"""RFC 8628 section 3.1: who may ask, and for what."""

import pytest
from tests.ports import NOON

from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidScope, UnauthorizedClient
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.rules.protocols.oauth2.rfc8628_device_grant import authorization
from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId


def _client(kind: ClientKind) -> Client:
    return Client(ClientId("tv"), "TV", kind, "", (), ("openid", "orders:read"), NOON)


@pytest.mark.parametrize("kind", [ClientKind.BROWSER, ClientKind.WEB, ClientKind.SERVICE])
def test_only_programs_on_devices_may_ask(kind: ClientKind) -> None:
    """A page, a web server and a service have better ways, and a thief of their id none."""
    assert isinstance(authorization.read(Parameters(), _client(kind)), UnauthorizedClient)


@pytest.mark.parametrize(
    ("scope", "granted"), [("", ("openid", "orders:read")), ("orders:read", ("orders:read",)), ("admin", None)]
)
def test_case_53_the_scope_is_the_clients(scope: str, granted: tuple[str, ...] | None) -> None:
    """What the client may not ask for elsewhere it may not ask for here."""
    asked = authorization.read(Parameters({"scope": scope} if scope else {}), _client(ClientKind.NATIVE))
    assert isinstance(asked, InvalidScope) if granted is None else asked == granted
