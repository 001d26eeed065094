"""
What Alembic runs: the migrations, on the connection that `store.migrate` opened and will commit.
"""

from __future__ import annotations

from alembic import context

from arrears.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can't alter a column in place; batch mode rebuilds the table.
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
