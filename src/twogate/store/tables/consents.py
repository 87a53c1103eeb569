"""What people allowed programs, who may register programs, and whom to tell that a session has ended."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from twogate.store.tables.columns import METADATA, Moment, WordList

CONSENTS = Table(
    "consents",
    METADATA,
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("client", Text, primary_key=True, index=True),
    Column("scope", WordList, nullable=False),
    Column("given", Moment, nullable=False),
)

REGISTRATION_TOKENS = Table(
    "registration_tokens",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("uses", Integer, nullable=False),
)

LOGOUT_NOTICES = Table(
    "logout_notices",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("due", Moment, index=True),
    Column("tries", Integer, nullable=False),
    Column("fault", Text, nullable=False),
)
