"""
What a person said they live on, and what of it may go into instalments
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Cents, Document, Instant

revision = "0007_means"
down_revision = "0006_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody's means are known until somebody states them."""
    op.create_table(
        "means",
        sa.Column("means_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("statement", Document, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("disposable_cents", Cents(), nullable=False),
        sa.Column("sustainable_cents", Cents(), nullable=False),
        sa.PrimaryKeyConstraint("means_id", name=op.f("pk_means")),
    )
    op.create_index(op.f("ix_means_person_id"), "means", ["person_id"])


def downgrade() -> None:
    """The facts keep that they were stated."""
    op.drop_table("means")
