"""Schema migrations, run by ``Store.open``; ``env`` is Alembic's entry, ``versions`` the steps."""
