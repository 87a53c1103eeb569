"""What follows from a sign-in: sessions, grants, and the tokens that renew them."""

from dataclasses import dataclass

from twogate.terms.ids import ApiTokenId, ClientId, DeviceId, GrantId, SessionId, UserId
from twogate.terms.instant import Instant
from twogate.terms.proof import Proof


@dataclass(frozen=True, slots=True)
class Session:
    """One person signed in at one browser or app. ``id`` is the ``sid``; the secret is known by its digest only."""

    id: SessionId
    user: UserId
    secret_digest: str  # sha256 of the session cookie's secret
    proofs: tuple[Proof, ...]
    device: DeviceId | None
    address: str
    user_agent: str
    created: Instant
    last_used: Instant  # idle time is counted from here
    absolute_end: Instant
    ended: Instant | None = None
    version: int = 0  # compare-and-set


@dataclass(frozen=True, slots=True)
class Grant:
    """One authorization: a browser session's own cookie, a client's code flow, a service account. Tokens name it."""

    id: GrantId
    client: ClientId
    user: UserId | None  # None = client credentials
    session: SessionId | None
    scope: tuple[str, ...]
    audience: str
    created: Instant
    last_expiry: Instant  # when the youngest access token issued under it expires
    revoked: Instant | None = None
    claims: tuple[str, ...] = ()  # asked for by name at the userinfo endpoint (OpenID Connect Core section 5.5)


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """RFC 6749 section 4.1.2: bound to client, redirect and PKCE challenge, used once, 60 seconds."""

    digest: str  # sha256 of the code
    grant: GrantId
    client: ClientId
    redirect_uri: str  # empty for the first-party JSON flow
    code_challenge: str  # S256; empty only for confidential clients that sent none
    nonce: str
    proofs: tuple[Proof, ...]  # the assurance of this event; later step-ups do not change it
    scope: tuple[str, ...]
    expires: Instant
    used: Instant | None = None
    binding: str = ""  # the key that must redeem it (RFC 9449 section 10), as terms.binding writes it


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One link of a rotation chain; all links of a grant are one family (RFC 9700 section 4.14)."""

    digest: str  # sha256 of the token
    grant: GrantId
    client: ClientId
    proofs: tuple[Proof, ...]  # renewal keeps the assurance of its own event
    scope: tuple[str, ...]
    issued: Instant
    expires: Instant  # absolute: the family's end, not moved by rotation
    used: Instant | None = None  # rotated away; seen again = the family is revoked
    binding: str = ""  # the key of a public client (RFC 9449 section 5), as terms.binding writes it


@dataclass(frozen=True, slots=True)
class PushedRequest:
    """An authorization request that its client left here (RFC 9126): for that client, answered once."""

    digest: str  # sha256 of its request_uri
    client: ClientId
    parameters: str  # as a form would carry them
    binding: str  # the key that must redeem the code; empty = any
    expires: Instant
    used: Instant | None = None  # answered


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A long-lived opaque token (``tg_pat_``, ``tg_svc_``). Never counts as a person's presence."""

    id: ApiTokenId
    digest: str  # sha256 of the token
    owner: str  # user id or client id
    name: str
    scope: tuple[str, ...]
    audience: str
    created: Instant
    expires: Instant
    revoked: Instant | None = None
    last_used: Instant | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in under way. ``handle_digest`` changes at every step, so a captured handle is worth nothing later."""

    handle_digest: str  # sha256 of the handle the caller holds
    state: str  # JSON of rules.signin.state.State: holds no password and no code
    expires: Instant
