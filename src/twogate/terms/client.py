"""An OAuth client as registered (RFC 7591 names)."""

from dataclasses import dataclass
from enum import StrEnum

from twogate.terms.ids import ClientId
from twogate.terms.instant import Instant


class ClientKind(StrEnum):
    """What the program is; decides the defaults and which grants make sense."""

    BROWSER = "browser"  # public, code + PKCE
    NATIVE = "native"  # public, code + PKCE, loopback port may vary (RFC 8252 section 7.3)
    FIRST_PARTY = "first_party"  # public, may use the authorization challenge endpoint (JSON flow)
    WEB = "web"  # confidential, code + PKCE
    SERVICE = "service"  # confidential, client credentials only


@dataclass(frozen=True, slots=True)
class Client:
    """One registered client. Its secret is stored as SHA-256: it has 256 bits, so a slow hash adds nothing."""

    id: ClientId
    name: str
    kind: ClientKind
    secret_digest: str  # empty for public clients
    redirect_uris: tuple[str, ...]
    scope: tuple[str, ...]  # what it may ask for
    created: Instant
    blocked: Instant | None = None

    @property
    def confidential(self) -> bool:
        return bool(self.secret_digest)
