"""Schema 0009: pushed authorization requests, and proofs that were used up."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pushed_requests",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("digest", "client")),
        sa.Column("parameters", sa.LargeBinary(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pushed_requests")),
    )
    op.create_index(op.f("ix_pushed_requests_expires"), "pushed_requests", ["expires"], unique=False)
    op.create_table(
        "replays",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_until"), "replays", ["until"], unique=False)


def downgrade() -> None:
    """Drop them: what was used up may come once more until it expires."""
    for table in ("replays", "pushed_requests"):
        op.drop_table(table)
