"""
The first tables: people, book, night, day, evidence
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Document, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table, from nothing."""
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text()),
        sa.Column("night_id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("lender_id", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("loan_status", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date()),
        sa.Column("matures_on", sa.Date()),
        sa.Column("annual_rate_bps", sa.Integer()),
        sa.Column("installment_cents", sa.BigInteger()),
        sa.Column("limit_cents", sa.BigInteger()),
        sa.Column("age_source", sa.Text(), nullable=False),
        sa.Column("days_past_due", sa.Integer()),
        sa.Column("delinquent_days", sa.Integer()),
        sa.Column("oldest_unpaid_due_on", sa.Date()),
        sa.Column("overdue_cents", sa.BigInteger()),
        sa.Column("overdue_principal_cents", sa.BigInteger()),
        sa.Column("overdue_interest_cents", sa.BigInteger()),
        sa.Column("overdue_fee_cents", sa.BigInteger()),
        sa.Column("overdue_penalty_cents", sa.BigInteger()),
        sa.Column("outstanding_cents", sa.BigInteger(), nullable=False),
        sa.Column("bucket", sa.Text()),
        sa.Column("risk_class", sa.Text()),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"])

    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("local_day", sa.Date()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("recipient_role", sa.Text()),
        sa.Column("account_ids", Document, nullable=False),
        sa.Column("contact_point_id", sa.Text()),
        sa.Column("number", sa.Text()),
        sa.Column("number_salt", sa.LargeBinary()),
        sa.Column("connected", sa.Boolean()),
        sa.Column("outcome", sa.Text()),
        sa.Column("outcome_at", Instant()),
        sa.Column("note", sa.Text()),
        sa.Column("note_salt", sa.LargeBinary()),
        sa.Column("collector_id", sa.Text()),
        sa.Column("queue_item_id", sa.Text()),
        sa.Column("request_key", sa.Text()),
        sa.CheckConstraint("source IN ('book', 'day')", name=op.f("ck_attempts_source")),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_attempts"),
        sa.UniqueConstraint("request_key", name="uq_attempts_request_key"),
    )
    op.create_index("ix_attempts_debtor_id_at", "attempts", ["debtor_id", "at"])
    op.create_index("ix_attempts_number_at", "attempts", ["number", "at"])
    op.create_index("ix_attempts_queue_item_id", "attempts", ["queue_item_id"])
    op.create_index("ix_attempts_recipient_id_at", "attempts", ["recipient_id", "at"])

    op.create_table(
        "consents",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        sa.PrimaryKeyConstraint("person_id", "kind", "given_at", name="pk_consents"),
    )
    op.create_table(
        "contact_points",
        sa.Column("contact_point_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("lawful_source", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.Date()),
        sa.Column("valid", sa.Boolean()),
        sa.PrimaryKeyConstraint("contact_point_id", name="pk_contact_points"),
    )
    op.create_index("ix_contact_points_person_id", "contact_points", ["person_id"])

    op.create_table(
        "declines",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=False),
        sa.Column("declined_on", sa.Date(), nullable=False),
        sa.Column("attempt_id", sa.Text()),
        sa.PrimaryKeyConstraint("person_id", "debtor_id", name="pk_declines"),
    )
    op.create_table(
        "evidence_checkpoints",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_evidence_checkpoints"),
    )
    op.create_table(
        "evidence_entries",
        sa.Column("entry_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text()),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry_index", name="pk_evidence_entries"),
    )
    op.create_index("ix_evidence_entries_about", "evidence_entries", ["about"])

    head = op.create_table(
        "evidence_head",
        sa.Column("log_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("compact_range", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("log_id = 1", name=op.f("ck_evidence_head_one_row")),
        sa.PrimaryKeyConstraint("log_id", name="pk_evidence_head"),
    )
    op.create_table(
        "holds",
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("placed_at", Instant()),
        sa.Column("placed_by", sa.Text()),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("lifted_at", Instant()),
        sa.Column("lifted_by", sa.Text()),
        sa.Column("lifted_why", sa.Text()),
        sa.CheckConstraint("source IN ('book', 'day')", name=op.f("ck_holds_source")),
        sa.PrimaryKeyConstraint("hold_id", name="pk_holds"),
    )
    op.create_index("ix_holds_person_id", "holds", ["person_id"])

    op.create_table(
        "instalments",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("instalment_no", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("principal_cents", sa.BigInteger(), nullable=False),
        sa.Column("interest_cents", sa.BigInteger(), nullable=False),
        sa.Column("fee_cents", sa.BigInteger(), nullable=False),
        sa.Column("penalty_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "instalment_no", name="pk_instalments"),
    )
    op.create_table(
        "nights",
        sa.Column("night_id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("law_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("manifest", Document, nullable=False),
        sa.PrimaryKeyConstraint("night_id", name="pk_nights"),
    )
    op.create_index("ix_nights_as_of", "nights", ["as_of"])

    op.create_table(
        "parties",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("liability", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "person_id", "role", name="pk_parties"),
    )
    op.create_index("ix_parties_person_id", "parties", ["person_id"])

    op.create_table(
        "pauses",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "start_on", "reason", name="pk_pauses"),
    )
    op.create_table(
        "payments",
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("learned_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reversed_on", sa.Date()),
        sa.Column("designation", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("paid_at", Instant()),
        sa.Column("received_at", Instant()),
        sa.Column("channel", sa.Text()),
        sa.Column("split", Document),
        sa.CheckConstraint("source IN ('book', 'day')", name=op.f("ck_payments_source")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payments_amount")),
        sa.PrimaryKeyConstraint("payment_id", name="pk_payments"),
    )
    op.create_index("ix_payments_account_id", "payments", ["account_id"])

    op.create_table(
        "persons",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("id_number", sa.Text()),
        sa.Column("birth_on", sa.Date()),
        sa.Column("language", sa.Text()),
        sa.Column("time_zone", sa.Text()),
        sa.Column("province", sa.Text()),
        sa.Column("occupation", sa.Text()),
        sa.Column("income_pattern", sa.Text()),
        sa.Column("payday", sa.Integer()),
        sa.Column("vulnerability", sa.Text()),
        sa.PrimaryKeyConstraint("person_id", name="pk_persons"),
    )
    op.create_table(
        "promises",
        sa.Column("promise_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("due_offset_minutes", sa.Integer(), nullable=False),
        sa.Column("tolerance_hours", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("money_source", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("request_key", sa.Text()),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_promises_amount")),
        sa.CheckConstraint("due_at > made_at", name=op.f("ck_promises_due")),
        sa.PrimaryKeyConstraint("promise_id", name="pk_promises"),
        sa.UniqueConstraint("request_key", name="uq_promises_request_key"),
    )
    op.create_index("ix_promises_account_id", "promises", ["account_id"])
    op.create_index("ix_promises_person_id", "promises", ["person_id"])

    op.create_table(
        "refusals",
        sa.Column("refusal_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("debtor_id", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Text(), nullable=False),
        sa.Column("recipient_role", sa.Text(), nullable=False),
        sa.Column("contact_point_id", sa.Text()),
        sa.Column("collector_id", sa.Text(), nullable=False),
        sa.Column("queue_item_id", sa.Text()),
        sa.Column("law_id", sa.Text(), nullable=False),
        sa.Column("grounds", Document, nullable=False),
        sa.Column("allowed_again_at", Instant()),
        sa.Column("request_key", sa.Text()),
        sa.PrimaryKeyConstraint("refusal_id", name="pk_refusals"),
        sa.UniqueConstraint("request_key", name="uq_refusals_request_key"),
    )
    op.create_index("ix_refusals_debtor_id_at", "refusals", ["debtor_id", "at"])

    op.create_table(
        "stopped_channels",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("stopped_at", Instant(), nullable=False),
        sa.Column("attempt_id", sa.Text()),
        sa.PrimaryKeyConstraint("person_id", "channel", name="pk_stopped_channels"),
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant()),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_users_language")),
        sa.CheckConstraint(
            "role IN ('collector', 'supervisor', 'head', 'compliance', 'admin')", name=op.f("ck_users_role")
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_users"),
        sa.UniqueConstraint("username", name="uq_users_username"),
    )
    op.create_table(
        "permits",
        sa.Column("permit_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("collector_id", sa.Text(), nullable=False),
        sa.Column("law_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.attempt_id"], name="fk_permits_attempt_id"),
        sa.PrimaryKeyConstraint("permit_id", name="pk_permits"),
        sa.UniqueConstraint("attempt_id", name="uq_permits_attempt_id"),
    )
    op.create_table(
        "plan",
        sa.Column("night_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text()),
        sa.Column("days_past_due", sa.Integer()),
        sa.Column("overdue_cents", sa.BigInteger()),
        sa.Column("outstanding_cents", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text()),
        sa.Column("segment", sa.Text()),
        sa.Column("treatment", sa.Text()),
        sa.Column("channel", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("provision_id", sa.Text()),
        sa.Column("second_treatment", sa.Text()),
        sa.Column("value_cents", sa.Float()),
        sa.Column("second_value_cents", sa.Float()),
        sa.Column("cost_cents", sa.BigInteger()),
        sa.Column("propensity", sa.Float()),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("law_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["night_id"], ["nights.night_id"], name="fk_plan_night_id"),
        sa.PrimaryKeyConstraint("night_id", "account_id", name="pk_plan"),
    )
    op.create_index("ix_plan_person_id", "plan", ["person_id"])

    op.create_table(
        "queue_items",
        sa.Column("queue_item_id", sa.Text(), nullable=False),
        sa.Column("night_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("lead_account_id", sa.Text(), nullable=False),
        sa.Column("account_ids", Document, nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("not_before_at", Instant(), nullable=False),
        sa.Column("not_after_at", Instant(), nullable=False),
        sa.Column("overdue_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("days_past_due", sa.Integer()),
        sa.Column("bucket", sa.Text()),
        sa.Column("stage", sa.Text()),
        sa.Column("value_cents", sa.Float(), nullable=False),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("law_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.Text()),
        sa.Column("claimed_at", Instant()),
        sa.Column("claimed_until", Instant()),
        sa.Column("closed_at", Instant()),
        sa.Column("withdrawn_reason", sa.Text()),
        sa.CheckConstraint("(status = 'claimed') = (claimed_by IS NOT NULL)", name=op.f("ck_queue_items_claim")),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name=op.f("ck_queue_items_withdrawal")
        ),
        sa.CheckConstraint("status IN ('waiting', 'claimed', 'done', 'withdrawn')", name=op.f("ck_queue_items_status")),
        sa.ForeignKeyConstraint(["claimed_by"], ["users.user_id"], name="fk_queue_items_claimed_by"),
        sa.ForeignKeyConstraint(["night_id"], ["nights.night_id"], name="fk_queue_items_night_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_queue_items_person_id"),
        sa.PrimaryKeyConstraint("queue_item_id", name="pk_queue_items"),
    )
    op.create_index(
        "ix_queue_items_claimed_by",
        "queue_items",
        ["claimed_by"],
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )
    op.create_index("ix_queue_items_night_id", "queue_items", ["night_id"])
    op.create_index("ix_queue_items_order", "queue_items", ["status", "priority"])
    op.create_index(
        "uq_queue_items_live_person",
        "queue_items",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('waiting', 'claimed')"),
        postgresql_where=sa.text("status IN ('waiting', 'claimed')"),
    )

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    # An empty log: the tree of no leaves has the hash of nothing as its root (RFC 9162, 2.1.1).
    op.bulk_insert(head, [{"log_id": 1, "size": 0, "root": hashlib.sha256().digest(), "compact_range": b""}])


def downgrade() -> None:
    """Nothing is left."""
    op.drop_index("ix_sessions_user_id", table_name="sessions")

    op.drop_table("sessions")
    op.drop_index(
        "uq_queue_items_live_person",
        table_name="queue_items",
        sqlite_where=sa.text("status IN ('waiting', 'claimed')"),
        postgresql_where=sa.text("status IN ('waiting', 'claimed')"),
    )
    op.drop_index("ix_queue_items_order", table_name="queue_items")
    op.drop_index("ix_queue_items_night_id", table_name="queue_items")
    op.drop_index(
        "ix_queue_items_claimed_by",
        table_name="queue_items",
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )

    op.drop_table("queue_items")
    op.drop_index("ix_plan_person_id", table_name="plan")

    op.drop_table("plan")
    op.drop_table("permits")
    op.drop_table("users")
    op.drop_table("stopped_channels")
    op.drop_index("ix_refusals_debtor_id_at", table_name="refusals")

    op.drop_table("refusals")
    op.drop_index("ix_promises_person_id", table_name="promises")
    op.drop_index("ix_promises_account_id", table_name="promises")

    op.drop_table("promises")
    op.drop_table("persons")
    op.drop_index("ix_payments_account_id", table_name="payments")

    op.drop_table("payments")
    op.drop_table("pauses")
    op.drop_index("ix_parties_person_id", table_name="parties")

    op.drop_table("parties")
    op.drop_index("ix_nights_as_of", table_name="nights")

    op.drop_table("nights")
    op.drop_table("instalments")
    op.drop_index("ix_holds_person_id", table_name="holds")

    op.drop_table("holds")
    op.drop_table("evidence_head")
    op.drop_index("ix_evidence_entries_about", table_name="evidence_entries")

    op.drop_table("evidence_entries")
    op.drop_table("evidence_checkpoints")
    op.drop_table("declines")
    op.drop_index("ix_contact_points_person_id", table_name="contact_points")

    op.drop_table("contact_points")
    op.drop_table("consents")
    op.drop_index("ix_attempts_recipient_id_at", table_name="attempts")
    op.drop_index("ix_attempts_queue_item_id", table_name="attempts")
    op.drop_index("ix_attempts_number_at", table_name="attempts")
    op.drop_index("ix_attempts_debtor_id_at", table_name="attempts")

    op.drop_table("attempts")
    op.drop_index("ix_accounts_person_id", table_name="accounts")

    op.drop_table("accounts")
