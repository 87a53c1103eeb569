"""The audit log: one row for each event, and where the hash chain stands."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

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

AUDIT_HEADS = Table(
    "audit_heads",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kid", Text, nullable=False),
    Column("signature", Text, nullable=False),
)
"""Where the chain stood after each sealed batch, signed."""

AUDIT_KEYS = Table(
    "audit_keys",
    METADATA,
    Column("kid", Text, primary_key=True),
    Column("private_pem", LargeBinary, nullable=False),  # sealed
    Column("public_pem", Text, nullable=False),
    Column("created", Moment, nullable=False),
)
"""The key that signs heads, and the ones that did."""
