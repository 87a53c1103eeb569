"""What the authorization server remembers for a minute or two: pushed requests, and proofs that were used up."""

from sqlalchemy import Column, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Moment

PUSHED_REQUESTS = Table(
    "pushed_requests",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("parameters", LargeBinary, nullable=False),
    Column("binding", Text, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
)

REPLAYS = Table(
    "replays",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)
