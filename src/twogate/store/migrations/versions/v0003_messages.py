"""Schema 0003: what waits to be sent to a person, and what a notice can take back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    _dispatches()
    _undos()


def _dispatches() -> None:
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_dispatches_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
    )
    op.create_index(op.f("ix_dispatches_due"), "dispatches", ["due"], unique=False)
    op.create_index("ix_dispatches_user_channel_created", "dispatches", ["user", "channel", "created"], unique=False)
    op.create_index("ix_dispatches_address_digest_created", "dispatches", ["address_digest", "created"], unique=False)
    op.create_index("ix_dispatches_channel_created", "dispatches", ["channel", "created"], unique=False)


def _undos() -> None:
    op.create_table(
        "undos",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=True),
        sa.Column("withdrawn", sa.LargeBinary(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_undos_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_undos")),
    )
    op.create_index(op.f("ix_undos_user"), "undos", ["user"], unique=False)
    op.create_index(op.f("ix_undos_expires"), "undos", ["expires"], unique=False)


def downgrade() -> None:
    """Forget what waits."""
    op.drop_table("undos")
    op.drop_table("dispatches")
