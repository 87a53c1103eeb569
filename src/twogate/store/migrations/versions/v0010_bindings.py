"""Schema 0010: how a client proves itself, and which key a code or a refresh token is bound to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXTS = ("auth_method", "jwks", "tls_subject")
_FLAGS = ("require_pushed", "require_dpop")


def upgrade() -> None:
    """Add the columns; whoever was here before proves themselves as before and is bound to nothing."""
    for name in _TEXTS:
        op.add_column("clients", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in _FLAGS:
        op.add_column("clients", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("codes", "refresh_tokens"):
        op.add_column(table, sa.Column("binding", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away, and with them whatever must not become usable without its key."""
    for table in ("codes", "refresh_tokens"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE binding <> ''"))  # noqa: S608  # two names of ours
        op.drop_column(table, "binding")
    for name in (*_FLAGS, *_TEXTS):
        op.drop_column("clients", name)
