"""Clients know whether they can keep a secret."""

from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant


def test_a_client_with_a_secret_is_confidential() -> None:
    """RFC 6749 section 2.1: a client that holds credentials is confidential, one without is public."""
    public = Client(ClientId("a"), "A", ClientKind.BROWSER, "", (), (), Instant(0))
    secret = Client(ClientId("b"), "B", ClientKind.SERVICE, "digest", (), (), Instant(0))
    assert not public.confidential
    assert secret.confidential
