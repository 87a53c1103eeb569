"""The audit log: one row for each event, and where the hash chain stands."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from twogate.store.tables.columns import METADATA, EventWord, JsonObject, Moment

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("event", EventWord, nullable=False),
    Column("actor", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("facts", JsonObject, nullable=False),
    Column("index", BigInteger, unique=True),
    Column("digest", Text, nullable=False),
    Index("ix_audit_subject_id", "subject", "id"),
    sqlite_autoincrement=True,  # an id is never given twice, not even after the newest rows were deleted
)
