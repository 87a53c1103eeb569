"""Schema 0008: which language an account's owner reads."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of those who were here before nothing is known."""
    op.add_column("users", sa.Column("language", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("users", "language")
