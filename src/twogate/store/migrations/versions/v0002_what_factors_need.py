"""Schema 0002: what the world calls a credential (a WebAuthn credential id, a serial), unique within its factor."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is enrolled so far has no such name."""
    op.add_column("credentials", sa.Column("identifier", sa.Text))
    op.create_index("ix_credentials_factor_identifier", "credentials", ["factor", "identifier"], unique=True)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_credentials_factor_identifier", "credentials")
    op.drop_column("credentials", "identifier")
