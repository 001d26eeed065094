"""What only the owner of the database can do: take away the triggers that keep the log from being changed."""

from __future__ import annotations

from sqlalchemy import Connection, text

TABLES = ("evidence_entries", "evidence_checkpoints")


def let_change(connection: Connection) -> None:
    """From here on the tables of the log take UPDATE and DELETE in this store."""
    for table in TABLES:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER {table}_only_grows ON {table}"))
        else:
            for verb in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
