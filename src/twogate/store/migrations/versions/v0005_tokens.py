"""Schema 0005: hardware tokens, waiting for an owner or with one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "hardware_tokens",
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("imported", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.Boolean(), nullable=False),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("assigned", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("factor", "serial", name=op.f("pk_hardware_tokens")),
        sa.UniqueConstraint("credential", name=op.f("uq_hardware_tokens_credential")),
    )


def downgrade() -> None:
    """Forget the tokens; those that are somebody's go on working."""
    op.drop_table("hardware_tokens")
