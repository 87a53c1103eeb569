"""Phones that are prompted: what was asked and answered, QR codes shown, how phones are woken, and with which key."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, Moment

PUSH_PROMPTS = Table(
    "push_prompts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("content", LargeBinary, nullable=False),  # sealed: question, program, code
    Column("browser", Text),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("outcome", Text),
    Column("answer", LargeBinary),  # sealed
    Column("used", Moment),
    Index("ix_push_prompts_user_created", "user", "created"),
)

PUSH_PAIRINGS = Table(
    "push_pairings",
    METADATA,
    Column("token_digest", Text, primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires", Moment, nullable=False, index=True),
    Column("registration", LargeBinary),  # sealed; NULL until a phone has scanned it
)

PUSH_DEVICES = Table(
    "push_devices",
    METADATA,
    Column("id", Text, primary_key=True),  # the identifier of the phone's credential
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("route", LargeBinary),  # sealed; NULL: it only asks by itself
    Column("routed", Moment, nullable=False),  # when it said so, by its own clock: an older one is not taken
)

PUSH_KEYS = Table(
    "push_keys",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("private_pem", LargeBinary, nullable=False),  # sealed
    Column("created", Moment, nullable=False),
)
