"""A client for APIs behind Twogate, and behind any server that speaks the same RFCs: ``httpx2.Auth`` that signs in.

It finds its way from the API alone (RFC 9728, RFC 8414), signs in by device (RFC 8628), browser (RFC 8252) or secret
(RFC 6749 section 4.4), proves its key with each request (RFC 9449) and answers step-up challenges (RFC 9470).
"""

from twogate_client.auth import TwogateAuth
from twogate_client.faults import (
    AddressRefusedError,
    BindingError,
    DiscoveryError,
    KeepingError,
    MixUpError,
    SignInError,
    TwogateError,
    UnavailableError,
)
from twogate_client.keepers import FileKeeper, Keeper, KeyringKeeper, MemoryKeeper
from twogate_client.steps import World
from twogate_client.ways.browser import Browser
from twogate_client.ways.credentials import ClientCredentials
from twogate_client.ways.device import Code, Device

__all__ = [
    "AddressRefusedError",
    "BindingError",
    "Browser",
    "ClientCredentials",
    "Code",
    "Device",
    "DiscoveryError",
    "FileKeeper",
    "Keeper",
    "KeepingError",
    "KeyringKeeper",
    "MemoryKeeper",
    "MixUpError",
    "SignInError",
    "TwogateAuth",
    "TwogateError",
    "UnavailableError",
    "World",
]
