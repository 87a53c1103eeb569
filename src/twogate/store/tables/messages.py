"""What waits to be sent to people: codes, prompts, notices."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Moment

DISPATCHES = Table(
    "dispatches",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("credential", Text),  # no foreign key: what was sent is counted also when the credential is gone
    Column("channel", Text, nullable=False),
    Column("address_digest", LargeBinary, nullable=False),  # keyed: a number is guessed from a plain hash
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
