"""Clients and their remains, ready made, for the tests of the protocol rules."""

from typing import Any

from tests.ports import NOON

from twogate.terms.client import Client, ClientKind
from twogate.terms.ids import ClientId

SCOPE = ("openid", "profile", "orders:read")
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def a_client(kind: ClientKind = ClientKind.WEB, **change: Any) -> Client:
    """A client that is registered and not blocked."""
    values: dict[str, Any] = {
        "id": ClientId("shop"),
        "name": "Shop",
        "kind": kind,
        "secret_digest": "",
        "redirect_uris": ("https://shop.example/callback",),
        "scope": SCOPE,
        "created": NOON,
    }
    return Client(**values | change)
