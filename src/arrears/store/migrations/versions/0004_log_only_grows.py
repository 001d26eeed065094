"""
The log only grows: its tables refuse UPDATE, DELETE and TRUNCATE, whoever asks
"""

from __future__ import annotations

from alembic import op

revision = "0004_log_only_grows"
down_revision = "0003_what_the_day_keeps"
branch_labels = None
depends_on = None

TABLES = {"evidence_entries": "entry_index", "evidence_checkpoints": "size"}
WHY = "the evidence log only grows: no entry and no checkpoint is changed or taken out"


def upgrade() -> None:
    """A trigger on each table. SQLite's INSERT OR REPLACE deletes without one, so it is refused where it inserts."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION evidence_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$"
        )
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION evidence_only_grows()"
            )
        return
    for table, key in TABLES.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - our own names
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
            f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
        )


def downgrade() -> None:
    """Back to tables that whoever owns them may change."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        op.execute("DROP FUNCTION evidence_only_grows()")
        return
    for table in TABLES:
        for verb in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
