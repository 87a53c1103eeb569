"""Where people signed in from, and how those who chose it type."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Moment, WordList

PLACES = Table(
    "places",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("session", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("asn", BigInteger, nullable=False),
    Column("city", Text, nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("within_km", Double),
    Column("device", Text),
    Column("facts", WordList, nullable=False),
    Index("ix_places_user_at", "user", "at"),
)

TYPING = Table(
    "typing",
    METADATA,
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Moment, nullable=False),  # when its owner chose it
    Column("template", LargeBinary, nullable=False),  # sealed
    Column("samples", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("learnt", Moment, nullable=False, index=True),
)
