"""What waits to be sent to people: codes, prompts, notices; and what a notice can take back."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Moment

DISPATCHES = Table(
    "dispatches",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("credential", Text),  # no foreign key: what was sent is counted also when the credential is gone
    Column("channel", Text, nullable=False),
    Column("address_digest", LargeBinary, nullable=False),  # keyed: a number is guessed from a plain hash
    Column("counted", Boolean, nullable=False),  # against what may be sent
    Column("content", LargeBinary),  # sealed; NULL as soon as it was sent, expired or given up
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("due", Moment, index=True),  # when it is tried next; NULL = over
    Column("tries", Integer, nullable=False),
    Column("sent", Moment),
    Column("fault", Text, nullable=False),
    Index("ix_dispatches_user_channel_created", "user", "channel", "created"),
    Index("ix_dispatches_address_digest_created", "address_digest", "created"),
    Index("ix_dispatches_channel_created", "channel", "created"),
)

UNDOS = Table(
    "undos",
    METADATA,
    Column("digest", Text, primary_key=True),  # of the secret that was mailed
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("credential", Text),  # no foreign key: it may be gone, which is one way of being taken back
    Column("withdrawn", LargeBinary),  # a removed credential, sealed; NULL when it was restored or the time is over
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
)
