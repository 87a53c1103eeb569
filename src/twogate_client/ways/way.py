"""What every way to sign in offers.

Decides what a way is told: what the API demands beyond a mere sign-in (RFC 9470 section 4).
"""

from dataclasses import dataclass
from typing import Protocol

from twogate_client.kept import Kept
from twogate_client.steps import Flow
from twogate_client.token_endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Need:
    """What must be proved."""

    acr_values: str = ""
    max_age: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """As they stand in a request, empty ones left out."""
        asked = {"acr_values": self.acr_values, "max_age": self.max_age}
        return {name: value for name, value in asked.items() if value}


class Way(Protocol):
    """A way to sign in."""

    @property
    def name(self) -> str: ...

    @property
    def person(self) -> bool:
        """Whether a person is there, who could prove more."""
        ...

    @property
    def secret(self) -> str:
        """The client's, if it can keep one."""
        ...

    def sign_in(self, at: Endpoint, need: Need) -> Flow[Kept]: ...
