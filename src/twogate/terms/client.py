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


class AuthMethod(StrEnum):
    """The one way in which a client proves itself at the token endpoint (RFC 7591 ``token_endpoint_auth_method``)."""

    BY_KIND = ""  # nothing was chosen: with its secret, in header or form, if it has one
    NONE = "none"
    SECRET_BASIC = "client_secret_basic"  # noqa: S105  # a name of RFC 7591
    SECRET_POST = "client_secret_post"  # noqa: S105
    PRIVATE_KEY_JWT = "private_key_jwt"  # RFC 7523 section 2.2
    TLS = "tls_client_auth"  # RFC 8705 section 2.1
    SELF_SIGNED_TLS = "self_signed_tls_client_auth"  # RFC 8705 section 2.2

    @property
    def keyed(self) -> bool:
        """Whether it is proved with a private key, so that nothing secret is kept here."""
        return self in (AuthMethod.PRIVATE_KEY_JWT, AuthMethod.TLS, AuthMethod.SELF_SIGNED_TLS)


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
    auth_method: AuthMethod = AuthMethod.BY_KIND
    jwks: str = ""  # its public keys, a JWK set as JSON text (RFC 7517 section 5)
    tls_subject: str = ""  # its certificate's subject as RFC 4514 spells it, for ``tls_client_auth``
    require_pushed: bool = False  # RFC 9126 section 6: it authorizes with pushed requests only
    require_dpop: bool = False  # RFC 9449 section 5.2: it gets tokens bound to its key only
    third_party: bool = False  # somebody else's: people are asked before it learns anything
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""  # told there when a session ends; empty = it is not
    id_token_alg: str = ""  # what its ID tokens are signed with; empty = ES256
    jwks_uri: str = ""  # where ``jwks`` is read anew
    registration_digest: str = ""  # sha256 of its registration access token (RFC 7592); empty = the operator's alone

    @property
    def confidential(self) -> bool:
        return bool(self.secret_digest) or self.auth_method.keyed
