"""Alembic's entry: runs the steps on the connection, and in the transaction, that ``store.migrate`` hands over."""

from alembic import context

from twogate.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
