"""Schema 0011: what people allowed programs, what a program says about itself, and keys of more than one algorithm."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXTS = ("backchannel_logout_uri", "id_token_alg", "jwks_uri", "registration_digest")


def upgrade() -> None:
    """Make the tables and columns; whoever was registered before is the operator's own and signs as before."""
    op.add_column("clients", sa.Column("third_party", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("clients", sa.Column("post_logout_redirect_uris", sa.Text(), nullable=False, server_default="[]"))
    for name in _TEXTS:
        op.add_column("clients", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("grants", sa.Column("claims", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("signing_keys", sa.Column("algorithm", sa.Text(), nullable=False, server_default="ES256"))
    op.create_table(
        "consents",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_consents_user_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user", "client", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_client"), "consents", ["client"], unique=False)
    op.create_table(
        "registration_tokens",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("digest", "name")),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_registration_tokens")),
    )


def downgrade() -> None:
    """Take it away; programs of others must not become the operator's own, nor keys of one kind those of another."""
    op.drop_table("registration_tokens")
    op.drop_index(op.f("ix_consents_client"), table_name="consents")
    op.drop_table("consents")
    op.execute(sa.text("DELETE FROM signing_keys WHERE algorithm <> 'ES256'"))
    op.drop_column("signing_keys", "algorithm")
    op.drop_column("grants", "claims")
    op.execute(sa.text("DELETE FROM clients WHERE third_party"))
    for name in (*_TEXTS, "post_logout_redirect_uris", "third_party"):
        op.drop_column("clients", name)
