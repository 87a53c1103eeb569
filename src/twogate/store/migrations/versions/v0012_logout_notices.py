"""Schema 0012: whom to tell that a session has ended (OpenID Connect Back-Channel Logout 1.0)."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the outbox."""
    op.create_table(
        "logout_notices",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "client", "uri", "subject", "session")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("created", "expires")),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logout_notices")),
    )
    op.create_index(op.f("ix_logout_notices_due"), "logout_notices", ["due"], unique=False)


def downgrade() -> None:
    """Drop it: clients that were not told yet learn it when their tokens are refused."""
    op.drop_index(op.f("ix_logout_notices_due"), table_name="logout_notices")
    op.drop_table("logout_notices")
