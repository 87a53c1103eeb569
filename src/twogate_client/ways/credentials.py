"""A program without a person (RFC 6749 section 4.4): its secret is all it has.

Decides nothing else: what such a program may do is the policy's matter, and there is nobody who could prove more.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from twogate_client.faults import SignInError
from twogate_client.kept import Kept
from twogate_client.steps import Flow
from twogate_client.token_endpoint import Endpoint
from twogate_client.ways.way import Need


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Signs a service in by the secret of its client."""

    name: ClassVar[str] = "credentials"
    person: ClassVar[bool] = False

    secret: str = field(repr=False)

    def sign_in(self, at: Endpoint, need: Need) -> Flow[Kept]:
        """Fetch a token."""
        del need  # there is nobody who could prove more
        if not at.client.secret:
            raise SignInError("client credentials need the client's secret")
        form = {"grant_type": "client_credentials"} | ({"scope": at.client.scope} if at.client.scope else {})
        return (yield from at.tokens(form, way=self.name))
