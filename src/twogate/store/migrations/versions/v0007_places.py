"""Schema 0007: where somebody signed in from, and how those who chose it type."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "places",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "user", "session")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("address", "country")),
        sa.Column("asn", sa.BigInteger(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("latitude", "longitude", "within_km")),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_places_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    for column in ("session", "at"):
        op.create_index(op.f(f"ix_places_{column}"), "places", [column], unique=False)
    op.create_index("ix_places_user_at", "places", ["user", "at"], unique=False)
    op.create_table(
        "typing",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("samples", "version")),
        sa.Column("learnt", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_typing_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_typing")),
    )
    op.create_index(op.f("ix_typing_learnt"), "typing", ["learnt"], unique=False)


def downgrade() -> None:
    """Drop them."""
    for table in ("typing", "places"):
        op.drop_table(table)
