"""People: accounts, authenticators, known devices, notices, and the budgets of wrong tries."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Moment, Name

USERS = Table(
    "users",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Name, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("blocked", Moment),
    Column("enrolled_once", Boolean, nullable=False),
    Column("language", Text, nullable=False, server_default=""),
)

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("factor", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),  # sealed
    Column("version", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_used", Moment),
    Column("disabled", Moment),
    Column("identifier", Text),  # what the world calls it; NULL = nothing
    Index("ix_credentials_factor_identifier", "factor", "identifier", unique=True),
)

DEVICES = Table(
    "devices",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("secret_digest", Text, nullable=False, unique=True),
    Column("user_agent", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("sent", Moment),
    Column("seen", Moment),
    Index("ix_notices_sent_created", "sent", "created"),
)

BUDGETS = Table(
    "budgets",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("failures", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("last_granted", Moment, nullable=False, index=True),
    Column("locked_until", Moment),
    Column("disabled", Boolean, nullable=False),
    Column("told", Boolean, nullable=False),  # somebody has been refused since the lock began
)
