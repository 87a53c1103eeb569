"""Schema 0013: devices that wait for a person to sign them in."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = "device_requests"
_TEXTS = ("digest", "user_code", "client", "scope", "binding", "address", "user_agent", "answer", "proofs")
_MOMENTS = ("created", "expires")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _MOMENTS),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("grant", sa.Text(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("polled", "used")),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{_TABLE}")),
    )
    for name in ("user_code", "address", "expires"):
        op.create_index(op.f(f"ix_{_TABLE}_{name}"), _TABLE, [name], unique=False)


def downgrade() -> None:
    """Drop it: devices that wait begin anew."""
    op.drop_table(_TABLE)
