"""What gateways follow: changes, what of them is in force, policies, edges, signing keys; and counters."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from twogate.store.tables.columns import METADATA, ChangeWord, Moment

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Numbers that must rise in commit order without a gap: the row stays locked until its transaction ends."""

CHANGES = Table(
    "changes",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", ChangeWord, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

IN_FORCE = Table(
    "in_force",
    METADATA,
    Column("kind", ChangeWord, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("value", Text, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
    Column("at", Moment, nullable=False),
)
"""The last change for each kind and key that nothing has undone: a snapshot outlives forgotten changes."""

POLICIES = Table(
    "policies",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("toml", Text, nullable=False),
    Column("published", Moment, nullable=False),
    Column("by", Text, nullable=False),
)

EDGES = Table(
    "edges",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("key_digest", Text, nullable=False, unique=True),
    Column("created", Moment, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("seen", Moment),
    Column("policy_version", Integer, nullable=False),
    Column("fault", Text, nullable=False),
)

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("kid", Text, primary_key=True),
    Column("private_pem", LargeBinary, nullable=False),  # sealed
    Column("public_pem", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("signs_from", Moment, nullable=False),
    Column("signs_until", Moment, nullable=False),
    Column("verifies_until", Moment, nullable=False),
    Column("withdrawn", Moment),
    Column("algorithm", Text, nullable=False, server_default="ES256"),
)
