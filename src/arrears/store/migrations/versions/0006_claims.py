"""
What the borrower says stands as claims, with the papers on them, the confirmed cause and the next step
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Document, Instant

revision = "0006_claims"
down_revision = "0005_lender_balances"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was written down in this form before."""
    op.create_table(
        "claims",
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("said_at", Instant, nullable=False),
        sa.Column("amount_cents", sa.BigInteger()),
        sa.Column("currency", sa.Text()),
        sa.Column("about_on", sa.Date()),
        sa.Column("payday", sa.Integer()),
        sa.Column("words", sa.Text()),
        sa.Column("words_salt", sa.LargeBinary()),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text()),
        sa.Column("taken_back_at", Instant),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_claims_amount")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claims")),
        sa.UniqueConstraint("request_key", name=op.f("uq_claims_request_key")),
    )
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"])
    op.create_table(
        "claim_documents",
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant),
        sa.Column("asked_by", sa.Text()),
        sa.Column("received_at", Instant),
        sa.Column("received_by", sa.Text()),
        sa.Column("sha256", sa.Text()),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("media_type", sa.Text()),
        sa.Column("file_name", sa.Text()),
        sa.Column("supports", sa.Boolean()),
        sa.Column("read_at", Instant),
        sa.Column("read_by", sa.Text()),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.claim_id"], name=op.f("fk_claim_documents_claim_id_claims")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_claim_documents")),
    )
    op.create_index(op.f("ix_claim_documents_claim_id"), "claim_documents", ["claim_id"])
    op.create_index(op.f("ix_claim_documents_person_id"), "claim_documents", ["person_id"])
    op.create_table(
        "root_causes",
        sa.Column("root_cause_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("claim_ids", Document, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("root_cause_id", name=op.f("pk_root_causes")),
    )
    op.create_index(op.f("ix_root_causes_person_id"), "root_causes", ["person_id"])
    op.create_table(
        "next_steps",
        sa.Column("next_step_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("done_at", Instant),
        sa.Column("done_by", sa.Text()),
        sa.PrimaryKeyConstraint("next_step_id", name=op.f("pk_next_steps")),
    )
    op.create_index(op.f("ix_next_steps_person_id"), "next_steps", ["person_id"])


def downgrade() -> None:
    """What was said is lost; the files that were kept stay where they are."""
    for table in ("next_steps", "root_causes", "claim_documents", "claims"):
        op.drop_table(table)
