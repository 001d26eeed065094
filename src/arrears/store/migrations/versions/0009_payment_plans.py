"""
What a borrower agreed to pay and when: one running plan an account
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Cents, Document, Instant

revision = "0009_payment_plans"
down_revision = "0008_conversations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No plan is on record until one is agreed."""
    op.create_table(
        "payment_plans",
        sa.Column("payment_plan_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("owed_cents", Cents(), nullable=False),
        sa.Column("total_cents", Cents(), nullable=False),
        sa.Column("waiver", Document, nullable=False),
        sa.Column("agreed_at", Instant(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("accepted_how", sa.Text(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("offset_minutes", sa.Integer(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("request_key", sa.Text()),
        sa.Column("ended_at", Instant()),
        sa.Column("ended_why", sa.Text()),
        sa.PrimaryKeyConstraint("payment_plan_id", name=op.f("pk_payment_plans")),
        sa.UniqueConstraint("request_key", name=op.f("uq_payment_plans_request_key")),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_payment_plans_total")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_payment_plans_ended")),
    )
    op.create_index(op.f("ix_payment_plans_account_id"), "payment_plans", ["account_id"])
    op.create_index(op.f("ix_payment_plans_person_id"), "payment_plans", ["person_id"])
    op.create_index(
        "uq_payment_plans_running",
        "payment_plans",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "payment_plan_instalments",
        sa.Column("payment_plan_id", sa.Text(), nullable=False),
        sa.Column("instalment_no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", Cents(), nullable=False),
        sa.PrimaryKeyConstraint("payment_plan_id", "instalment_no", name=op.f("pk_payment_plan_instalments")),
        sa.ForeignKeyConstraint(
            ["payment_plan_id"],
            ["payment_plans.payment_plan_id"],
            name=op.f("fk_payment_plan_instalments_payment_plan_id"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payment_plan_instalments_amount")),
    )


def downgrade() -> None:
    """The facts keep what was agreed."""
    op.drop_table("payment_plan_instalments")
    op.drop_table("payment_plans")
