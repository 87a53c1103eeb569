"""What is kept between two runs: tokens, the key they are bound to, and the server they came from.

Decides the shape of the record. Nothing in it shows itself in ``repr``; where it lies is for ``keepers``.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from twogate_client.faults import KeepingError

_EARLY = 10.0  # seconds before its end at which an access token is not started with any more
VERSION = 1


@dataclass(frozen=True, slots=True)
class Server:
    """An authorization server, as its metadata describes it (RFC 8414 section 2)."""

    issuer: str
    token: str
    authorization: str = ""
    device: str = ""
    revocation: str = ""
    dpop: bool = False
    says_issuer: bool = False  # its answers carry ``iss`` (RFC 9207)


@dataclass(frozen=True, slots=True)
class Kept:
    """One sign-in."""

    server: Server
    client_id: str
    access: str = field(repr=False)
    expires: float
    refresh: str = field(default="", repr=False)
    key: str = field(default="", repr=False)  # empty: the token is a bearer token
    scope: str = ""
    way: str = ""

    def fresh(self, now: float) -> bool:
        """Whether the access token will live long enough for a request."""
        return now < self.expires - _EARLY

    def text(self) -> str:
        """Write it down."""
        return json.dumps({"version": VERSION} | asdict(self))


def read(text: str) -> Kept:
    """Read what was written down."""
    try:
        said: dict[str, Any] = json.loads(text)
        if said.pop("version") != VERSION:
            raise KeepingError("the kept tokens are of another version of this program")
        return Kept(server=Server(**said.pop("server")), **said)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise KeepingError("the kept tokens cannot be read; `twogate logout` forgets them") from None
