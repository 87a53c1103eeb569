"""Ways back into accounts, and what accounts owe: recoveries, asks, groups, obligations, invitations, skeletons."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Member, Moment, Name, WordList
from twogate.terms.recovery import Lost, Stage, Way

RECOVERIES = Table(
    "recoveries",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("way", Member(Way), nullable=False),
    Column("lost", Member(Lost), nullable=False),
    Column("stage", Member(Stage), nullable=False),
    Column("asked", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("credentials", WordList, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("cancel_digest", Text, nullable=False, index=True),
    Column("secret_digest", Text, nullable=False, index=True),
    Column("credential", Text, nullable=False),
    Column("ended", Moment),
    Column("version", Integer, nullable=False),
    Index("ix_recoveries_user_asked", "user", "asked"),
    Index("ix_recoveries_ended_due", "ended", "due"),
)

RECOVERY_ASKS = Table(
    "recovery_asks",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("name", LargeBinary, nullable=False),  # sealed: people type passwords where a name is asked for
    Column("lost", Member(Lost), nullable=False),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

MEMBERSHIPS = Table(
    "memberships",
    METADATA,
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("group", Name, primary_key=True, index=True),
    Column("since", Moment, nullable=False),
    Column("by", Text, nullable=False),
)

OBLIGATIONS = Table(
    "obligations",
    METADATA,
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("told", Moment),
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
)

SKELETONS = Table(
    "skeletons",
    METADATA,
    Column("skeleton", Name, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""What a name looks like; a second account that looks the same is refused by the key."""
