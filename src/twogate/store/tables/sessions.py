"""What follows from a sign-in: sessions, grants, codes, tokens, clients, and sign-ins under way."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, false

from twogate.store.tables.columns import METADATA, AuthWord, ClientWord, Moment, ProofList, WordList

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("secret_digest", Text, nullable=False, unique=True),
    Column("proofs", ProofList, nullable=False),
    Column("device", Text),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_used", Moment, nullable=False),
    Column("absolute_end", Moment, nullable=False, index=True),
    Column("ended", Moment),
    Column("version", Integer, nullable=False),
)

GRANTS = Table(
    "grants",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("client", Text, nullable=False, index=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("session", ForeignKey("sessions.id", ondelete="CASCADE"), index=True),
    Column("scope", WordList, nullable=False),
    Column("audience", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_expiry", Moment, nullable=False, index=True),
    Column("revoked", Moment),
    Column("claims", WordList, nullable=False, server_default="[]"),
)

CODES = Table(
    "codes",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("grant", ForeignKey("grants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("client", Text, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("proofs", ProofList, nullable=False),
    Column("scope", WordList, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
    Column("binding", Text, nullable=False, server_default=""),
)

REFRESH_TOKENS = Table(
    "refresh_tokens",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("grant", ForeignKey("grants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("client", Text, nullable=False),
    Column("proofs", ProofList, nullable=False),
    Column("scope", WordList, nullable=False),
    Column("issued", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
    Column("binding", Text, nullable=False, server_default=""),
)

API_TOKENS = Table(
    "api_tokens",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scope", WordList, nullable=False),
    Column("audience", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("revoked", Moment),
    Column("last_used", Moment),
)

CLIENTS = Table(
    "clients",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", ClientWord, nullable=False),
    Column("secret_digest", Text, nullable=False),
    Column("redirect_uris", WordList, nullable=False),
    Column("scope", WordList, nullable=False),
    Column("created", Moment, nullable=False),
    Column("blocked", Moment),
    Column("auth_method", AuthWord, nullable=False, server_default=""),
    Column("jwks", Text, nullable=False, server_default=""),
    Column("tls_subject", Text, nullable=False, server_default=""),
    Column("require_pushed", Boolean, nullable=False, server_default=false()),
    Column("require_dpop", Boolean, nullable=False, server_default=false()),
    Column("third_party", Boolean, nullable=False, server_default=false()),
    Column("post_logout_redirect_uris", WordList, nullable=False, server_default="[]"),
    Column("backchannel_logout_uri", Text, nullable=False, server_default=""),
    Column("id_token_alg", Text, nullable=False, server_default=""),
    Column("jwks_uri", Text, nullable=False, server_default=""),
    Column("registration_digest", Text, nullable=False, server_default=""),
)

FLOWS = Table(
    "flows",
    METADATA,
    Column("handle_digest", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
)
