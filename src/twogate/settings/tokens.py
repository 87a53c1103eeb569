"""``[tokens]``: how long what Twogate issues lives, and how many tries a client has.

Decides the dials of the token service. What a token says is for ``rules.protocols``; how long a *session* lives is
a section of its own.
"""

from typing import Annotated

from pydantic import Field

from twogate.settings.section import Seconds, Section


class Tokens(Section):
    """Lifetimes in seconds. The defaults keep NIST SP 800-63B-4 section 2.2.3: a day overall, an hour idle."""

    access: Annotated[Seconds, Field(ge=30, le=3_600)] = Field(
        default=300,
        description="How long an access token of a person lives (RFC 9068).",
    )
    service: Annotated[Seconds, Field(ge=30, le=3_600)] = Field(
        default=300,
        description="How long an access token of a service account lives (client credentials, RFC 6749 section 4.4).",
    )
    code: Annotated[Seconds, Field(ge=10, le=60)] = Field(
        default=60,
        description="How long an authorization code may be redeemed. At most a minute (OWASP ASVS 10.4.3).",
    )
    refresh: Annotated[Seconds, Field(ge=300, le=2_592_000)] = Field(
        default=86_400,
        description="When a family of refresh tokens ends, whatever happens. The session's own end may come first.",
    )
    refresh_idle: Annotated[Seconds, Field(ge=60, le=2_592_000)] = Field(
        default=3_600,
        description="How long a refresh token may lie unused (RFC 9700 section 4.14.2).",
    )
    refresh_grace: Annotated[int, Field(ge=0, le=60)] = Field(
        default=10,
        description="For how many seconds a used refresh token gives the same answer once more, in case the first was "
        "lost: only to a client that proves itself, or the key that the token is bound to. 0 = never.",
    )
    pushed_request: Annotated[Seconds, Field(ge=60, le=90)] = Field(
        default=90,
        description="How long a pushed authorization request waits for its person (RFC 9126).",
    )
    device: Annotated[Seconds, Field(ge=120, le=1_800)] = Field(
        default=600,
        description="How long a device waits for a person to type its code (RFC 8628).",
    )
    dpop_nonce: bool = Field(
        default=False,
        description="Whether DPoP proofs need a nonce of ours (RFC 9449 sections 8 and 9): it shows that a proof was "
        "made not long ago even where a client's clock or key store is not trusted.",
    )
    identity: Annotated[Seconds, Field(ge=30, le=3_600)] = Field(
        default=300,
        description="How long an ID token is good for a client's check (OpenID Connect Core section 2).",
    )
    certificate_bound: bool = Field(
        default=True,
        description="Whether a token that a client asks for with a client certificate is good beside that certificate "
        "only (RFC 8705 section 3). Browser cookies are never bound.",
    )
    api_token_days: int = Field(
        default=365,
        ge=1,
        le=365,
        description="The longest life in days that an API token may be given.",
    )
    api_tokens_each: int = Field(
        default=50,
        ge=1,
        le=1_000,
        description="How many API tokens that are good somebody may have made for themselves: gateways know each one.",
    )
    client_failures: int = Field(
        default=10,
        ge=3,
        le=100,
        description="Wrong client secrets in a row, for one client from one address, before that address waits.",
    )
    client_lock: Annotated[Seconds, Field(ge=10, le=86_400)] = Field(
        default=300,
        description="How long it waits then.",
    )
    revocation_wait: float = Field(
        default=1.0,
        ge=0,
        le=10,
        description="How many seconds a revocation waits for the gateways to confirm it before it answers.",
    )
