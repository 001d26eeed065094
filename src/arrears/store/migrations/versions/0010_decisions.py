"""
What is asked of a role above, what a person decided about a case, and which items of the night lie on their desk
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Document, Instant

revision = "0010_decisions"
down_revision = "0009_payment_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Items of nights before this stay in the queue; the next night puts its own on the desk."""
    op.add_column(
        "queue_items", sa.Column("for_decision", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.create_table(
        "decision_requests",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", Document),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("closed_at", Instant()),
        sa.Column("decision_id", sa.Text()),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_decision_requests")),
        sa.CheckConstraint("(closed_at IS NULL) = (decision_id IS NULL)", name=op.f("ck_decision_requests_closed")),
    )
    op.create_index(op.f("ix_decision_requests_person_id"), "decision_requests", ["person_id"])
    op.create_index(op.f("ix_decision_requests_account_id"), "decision_requests", ["account_id"])
    op.create_index(
        "uq_decision_requests_open",
        "decision_requests",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("checked", Document, nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("queue_item_id", sa.Text()),
        sa.Column("hold_id", sa.Text()),
        sa.Column("payment_plan_id", sa.Text()),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_person_id"), "decisions", ["person_id"])
    op.create_index(op.f("ix_decisions_account_id"), "decisions", ["account_id"])


def downgrade() -> None:
    """The facts keep what was decided."""
    op.drop_table("decisions")
    op.drop_table("decision_requests")
    op.drop_column("queue_items", "for_decision")
