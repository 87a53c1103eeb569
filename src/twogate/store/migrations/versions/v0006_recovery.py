"""Schema 0006: ways back into accounts, groups of people, what accounts owe, how names look."""

import sqlalchemy as sa
from alembic import op

from twogate.rules.signin.look_alikes import skeleton

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _recoveries()
    _people()
    _looks()


def _recoveries() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("way", "lost", "stage")),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_recoveries_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    for column in ("cancel_digest", "secret_digest"):
        op.create_index(op.f(f"ix_recoveries_{column}"), "recoveries", [column], unique=False)
    op.create_index("ix_recoveries_user_asked", "recoveries", ["user", "asked"], unique=False)
    op.create_index("ix_recoveries_ended_due", "recoveries", ["ended", "due"], unique=False)
    op.create_table(
        "recovery_asks",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("lost", "address", "user_agent", "request_id")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_asks")),
    )
    op.create_index(op.f("ix_recovery_asks_at"), "recovery_asks", ["at"], unique=False)


def _people() -> None:
    name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "memberships",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("group", name, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_memberships_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "group", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_group"), "memberships", ["group"], unique=False)
    op.create_table(
        "obligations",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_obligations_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "kind", name=op.f("pk_obligations")),
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitations")),
    )
    op.create_table(
        "skeletons",
        sa.Column("skeleton", name, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_skeletons_user"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("skeleton", name=op.f("pk_skeletons")),
    )
    op.create_index(op.f("ix_skeletons_user"), "skeletons", ["user"], unique=False)


def _looks() -> None:
    """Names that are there already keep their look, the oldest of those that share one."""
    connection = op.get_bind()
    taken: set[str] = set()
    for user, name in connection.execute(sa.text("SELECT id, name FROM users ORDER BY created, id")).all():
        look = skeleton(name)
        if look not in taken:
            taken.add(look)
            values = {"look": look, "user": user}
            connection.execute(sa.text('INSERT INTO skeletons (skeleton, "user") VALUES (:look, :user)'), values)


def downgrade() -> None:
    """Forget them."""
    for table in ("skeletons", "invitations", "obligations", "memberships", "recovery_asks", "recoveries"):
        op.drop_table(table)


_TEXTS = (
    "reason",
    "credentials",
    "requested_by",
    "approved_by",
    "address",
    "user_agent",
    "cancel_digest",
    "secret_digest",
    "credential",
)
