"""Schema 0004: devices that are asked, and what they were asked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f(f"fk_{table}_user"), ondelete="CASCADE")


def upgrade() -> None:
    """Make what prompts on phones need."""
    _prompts()
    _pairings()
    _devices_and_keys()


def _prompts() -> None:
    op.create_table(
        "push_prompts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=True),
        _owner("push_prompts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_prompts")),
    )
    op.create_index(op.f("ix_push_prompts_expires"), "push_prompts", ["expires"], unique=False)
    op.create_index("ix_push_prompts_user_created", "push_prompts", ["user", "created"], unique=False)


def _pairings() -> None:
    op.create_table(
        "push_pairings",
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("registration", sa.LargeBinary(), nullable=True),
        _owner("push_pairings"),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_push_pairings")),
    )
    op.create_index(op.f("ix_push_pairings_user"), "push_pairings", ["user"], unique=False)
    op.create_index(op.f("ix_push_pairings_expires"), "push_pairings", ["expires"], unique=False)


def _devices_and_keys() -> None:
    op.create_table(
        "push_devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("route", sa.LargeBinary(), nullable=True),
        sa.Column("routed", sa.BigInteger(), nullable=False),
        _owner("push_devices"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_devices")),
    )
    op.create_index(op.f("ix_push_devices_user"), "push_devices", ["user"], unique=False)
    op.create_table(
        "push_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("private_pem", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_push_keys")),
    )


def downgrade() -> None:
    """Forget them; nobody is prompted any more."""
    for table in ("push_keys", "push_devices", "push_pairings", "push_prompts"):
        op.drop_table(table)
