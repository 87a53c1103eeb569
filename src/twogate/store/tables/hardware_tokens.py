"""Tokens that were delivered, whether they wait for an owner or have one."""

from sqlalchemy import Boolean, Column, LargeBinary, PrimaryKeyConstraint, Table, Text

from twogate.store.tables.columns import METADATA, Moment, Name

HARDWARE_TOKENS = Table(
    "hardware_tokens",
    METADATA,
    Column("factor", Text, nullable=False),
    Column("serial", Name, nullable=False),
    Column("model", Text, nullable=False),
    Column(
        "state", LargeBinary
    ),  # sealed; NULL while it is somebody's: there is one living copy, so no counter goes back
    Column("imported", Moment, nullable=False),
    Column("reserved", Boolean, nullable=False),
    Column("user", Text),  # no foreign key: whose it was is known also when the account is gone
    Column("credential", Text, unique=True),
    Column("assigned", Moment),
    PrimaryKeyConstraint("factor", "serial"),
)
