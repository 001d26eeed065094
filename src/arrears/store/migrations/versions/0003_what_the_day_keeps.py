"""
What the day keeps beside its attempts: every word on an outcome, agreed times, rests, reveals and explanations.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Document, Instant

revision = "0003_what_the_day_keeps"
down_revision = "0002_sign_in_tries"
branch_labels = None
depends_on = None

ADDED = {
    "contact_points": (("added_at", Instant), ("added_by", sa.Text)),
    "queue_items": (("rests_until", Instant), ("rested_by", sa.Text), ("closed_why", sa.Text)),
}
KINDS = "kind IN ('recorded', 'noted', 'undone', 'corrected')"
PERMIT_OPEN = "source = 'day' AND direction = 'outbound' AND outcome IS NULL"


def upgrade() -> None:
    """New tables and nullable columns: nothing that is there changes its meaning."""
    for table, columns in ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind()))
    op.create_index(
        "ix_attempts_open",
        "attempts",
        ["debtor_id"],
        sqlite_where=sa.text(PERMIT_OPEN),
        postgresql_where=sa.text(PERMIT_OPEN),
    )
    _outcome_entries()
    _callbacks()
    _reveals()
    _explanations()


def _outcome_entries() -> None:
    op.create_table(
        "outcome_entries",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("note_salt", sa.LargeBinary()),
        sa.Column("before", Document),
        sa.PrimaryKeyConstraint("entry_id", name="pk_outcome_entries"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.attempt_id"], name="fk_outcome_entries_attempt_id"),
        sa.CheckConstraint(
            "kind IN ('recorded', 'noted', 'undone', 'corrected')", name=op.f("ck_outcome_entries_kind")
        ),
    )
    op.create_index("ix_outcome_entries_attempt_id", "outcome_entries", ["attempt_id"])


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("callback_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=False),
        sa.Column("not_before_at", Instant(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_back_at", Instant()),
        sa.PrimaryKeyConstraint("callback_id", name="pk_callbacks"),
    )
    op.create_index("ix_callbacks_person_id", "callbacks", ["person_id"])
    op.create_index("ix_callbacks_debtor_id", "callbacks", ["debtor_id"])


def _reveals() -> None:
    op.create_table(
        "reveals",
        sa.Column("reveal_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("contact_point_id", sa.Text()),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reveal_id", name="pk_reveals"),
    )
    op.create_index("ix_reveals_user_id_at", "reveals", ["user_id", "at"])


def _explanations() -> None:
    op.create_table(
        "explanations",
        sa.Column("explanation_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("explanation_id", name="pk_explanations"),
    )
    op.create_index("ix_explanations_about", "explanations", ["about"])


def downgrade() -> None:
    """What only the new tables and columns hold is lost."""
    for table in ("explanations", "reveals", "callbacks", "outcome_entries"):
        op.drop_table(table)
    op.drop_index("ix_attempts_open", "attempts")
    for table, columns in ADDED.items():
        for name, _kind in columns:
            op.drop_column(table, name)
