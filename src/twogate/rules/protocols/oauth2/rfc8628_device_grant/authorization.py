"""The device authorization request (RFC 8628 section 3.1).

Decides which clients may ask and for what. The answer is for ``services.device_grant``.
"""

from twogate.rules.protocols.oauth2.rfc6749_framework import scope
from twogate.rules.protocols.oauth2.rfc6749_framework.errors import InvalidScope, UnauthorizedClient
from twogate.rules.protocols.oauth2.rfc6749_framework.parameters import Parameters
from twogate.terms.client import Client, ClientKind
from twogate.terms.reasons import Reason

ALLOWED = frozenset({ClientKind.NATIVE, ClientKind.FIRST_PARTY})
"""Programs on a device. A page in a browser, a web server and a service account have better ways."""


def read(parameters: Parameters, client: Client) -> tuple[str, ...] | UnauthorizedClient | InvalidScope:
    """Return the scope that is asked for."""
    if client.kind not in ALLOWED:
        return UnauthorizedClient(Reason.CLIENT_NOT_ALLOWED, "only programs that were registered as native apps")
    return scope.within(parameters.get("scope"), client.scope)
