"""
A conversation leaves its steps and what was heard in it
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Document, Instant

revision = "0008_conversations"
down_revision = "0007_means"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier conversations left an outcome and a note."""
    op.create_table(
        "call_steps",
        sa.Column("call_step_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.attempt_id"], name=op.f("fk_call_steps_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("call_step_id", name=op.f("pk_call_steps")),
        sa.UniqueConstraint("attempt_id", "ordinal", name=op.f("uq_call_steps_attempt_id_ordinal")),
    )
    op.create_index(op.f("ix_call_steps_attempt_id"), "call_steps", ["attempt_id"])
    op.create_index(op.f("ix_call_steps_person_id"), "call_steps", ["person_id"])
    op.create_table(
        "heard",
        sa.Column("heard_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_salt", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("cards", Document, nullable=False),
        sa.Column("vulnerable", sa.Boolean(), nullable=False),
        sa.Column("rights", Document, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.attempt_id"], name=op.f("fk_heard_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("heard_id", name=op.f("pk_heard")),
    )
    op.create_index(op.f("ix_heard_attempt_id"), "heard", ["attempt_id"])
    op.create_index(op.f("ix_heard_person_id"), "heard", ["person_id"])


def downgrade() -> None:
    """The outcomes of those conversations stay."""
    op.drop_table("heard")
    op.drop_table("call_steps")
