"""
Every table of the operational store, once, for SQLite and PostgreSQL.

Reads:  nothing
Gives:  `metadata` and one SQLAlchemy Core table per noun of the day
Never:  holds a rule of the business beyond what a key or a check can say.

Instants are UTC (`columns.Instant`), days are calendar days where the person is, money is 64-bit minor units.
What comes from the lender's book is overwritten by the next book; what the day made (attempts, permits,
refusals, promises, holds, payments received, evidence) is only ever added to. Personal data lives here and
never in `evidence_entries`: where a fact must speak of it, the row holds a salt and the fact a commitment.

A change here needs a migration in `migrations/versions`; a test compares the two on both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from arrears.store.agreed_tables import decision_requests as decision_requests
from arrears.store.agreed_tables import decisions as decisions
from arrears.store.agreed_tables import payment_plan_instalments as payment_plan_instalments
from arrears.store.agreed_tables import payment_plans as payment_plans
from arrears.store.columns import Cents, Document, Instant
from arrears.store.metadata import metadata as metadata
from arrears.store.talk_tables import call_steps as call_steps
from arrears.store.talk_tables import claim_documents as claim_documents
from arrears.store.talk_tables import claims as claims
from arrears.store.talk_tables import heard as heard
from arrears.store.talk_tables import means as means
from arrears.store.talk_tables import next_steps as next_steps
from arrears.store.talk_tables import root_causes as root_causes

# The people who use arrears.

users = Table(
    "users",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("username", Text, nullable=False, unique=True),  # lower case
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),  # Argon2id
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False),  # zh | en
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("role IN ('collector', 'supervisor', 'head', 'compliance', 'admin')", name="role"),
    CheckConstraint("language IN ('zh', 'en')", name="language"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Text, primary_key=True),  # SHA-256 of the token; the token itself is never kept
    Column("user_id", Text, ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

sign_in_tries = Table(  # by the name that was typed, so that a name nobody has is locked like one that somebody has
    "sign_in_tries",
    metadata,
    Column("name_hash", Text, primary_key=True),  # SHA-256: what is typed as a name may be a password
    Column("failed", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
    Column("locked_until", Instant),
)

# The book, as the last published night saw it.

persons = Table(
    "persons",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text),
    Column("id_number", Text),
    Column("birth_on", Date),
    Column("language", Text),
    Column("time_zone", Text),  # IANA; null is unknown, and then nobody is contacted
    Column("province", Text),
    Column("occupation", Text),
    Column("income_pattern", Text),
    Column("payday", Integer),
    Column("vulnerability", Text),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("person_id", Text, index=True),  # the borrower
    Column("night_id", Text, nullable=False),  # the night whose figures these are
    Column("as_of", Date, nullable=False),  # the day of those figures, before what the day received
    Column("lender_id", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("loan_status", Text, nullable=False),
    Column("opened_on", Date),
    Column("matures_on", Date),
    Column("annual_rate_bps", Integer),
    Column("installment_cents", Cents),
    Column("limit_cents", Cents),
    Column("age_source", Text, nullable=False),
    Column("days_past_due", Integer),
    Column("delinquent_days", Integer),
    Column("oldest_unpaid_due_on", Date),
    Column("overdue_cents", Cents),  # less what was received since as_of; null is unknown, never zero
    Column("overdue_principal_cents", Cents),
    Column("overdue_interest_cents", Cents),
    Column("overdue_fee_cents", Cents),
    Column("overdue_penalty_cents", Cents),
    Column("outstanding_cents", Cents, nullable=False),
    Column("lender_balance_cents", Cents),  # the lender's own, on as_of; null where the book told none
    Column("balance_reason", Text),  # why the night's outstanding was not the lender's balance; null where it was
    Column("bucket", Text),
    Column("risk_class", Text),
    Column("paused", Boolean, nullable=False),
)

parties = Table(
    "parties",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True, index=True),
    Column("role", Text, primary_key=True),  # borrower | co_borrower | guarantor | contact_person
    Column("liability", Text, nullable=False),
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("contact_point_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("channel", Text, nullable=False),  # phone | email | address
    Column("value", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),  # of the commitment that facts carry in place of `value`
    Column("lawful_source", Text, nullable=False),
    Column("obtained_on", Date),
    Column("valid", Boolean),  # null is not yet known
    Column("added_at", Instant),  # when the day learned of it; null for the book
    Column("added_by", Text),
)

instalments = Table(
    "instalments",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("instalment_no", Integer, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("principal_cents", Cents, nullable=False),
    Column("interest_cents", Cents, nullable=False),
    Column("fee_cents", Cents, nullable=False),
    Column("penalty_cents", Cents, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("paid_on", Date, nullable=False),
    Column("learned_on", Date, nullable=False),
    Column("amount_cents", Cents, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reversed_on", Date),
    Column("designation", Text),
    Column("source", Text, nullable=False),  # book | day
    Column("paid_at", Instant),  # null where the book gives the day alone
    Column("received_at", Instant),  # when the day was told; null for the book
    Column("channel", Text),
    Column("split", Document),  # what it took off each overdue component, in cents; null for the book
    CheckConstraint("amount_cents > 0", name="amount"),
    CheckConstraint("source IN ('book', 'day')", name="source"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("start_on", Date, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("end_on", Date, nullable=False),  # included
    Column("learned_on", Date, nullable=False),
)

# What holds for a person.

holds = Table(
    "holds",
    metadata,
    Column("hold_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # book.table.HOLDS
    Column("placed_on", Date, nullable=False),
    Column("learned_on", Date, nullable=False),
    Column("ends_on", Date),  # first day it no longer holds
    Column("source", Text, nullable=False),  # book | day
    Column("placed_at", Instant),
    Column("placed_by", Text),
    Column("attempt_id", Text),  # the conversation in which it was asked for
    Column("lifted_at", Instant),  # from then on it holds no more, whatever ends_on says
    Column("lifted_by", Text),
    Column("lifted_why", Text),
    CheckConstraint("source IN ('book', 'day')", name="source"),
)

consents = Table(
    "consents",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # law.act.Standing.consents
    Column("given_at", Instant, primary_key=True),
    Column("withdrawn_at", Instant),
)

stopped_channels = Table(
    "stopped_channels",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("stopped_at", Instant, nullable=False),
    Column("attempt_id", Text),
)

declines = Table(  # a contact person who refused: never again for this debtor
    "declines",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("debtor_id", Text, primary_key=True),
    Column("declined_on", Date, nullable=False),
    Column("attempt_id", Text),
)

# The night, published.

nights = Table(
    "nights",
    metadata,
    Column("night_id", Text, primary_key=True),
    Column("as_of", Date, nullable=False, index=True),  # a day decided anew has two nights; the later published holds
    Column("published_at", Instant, nullable=False),
    Column("policy_id", Text, nullable=False),
    Column("law_id", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 over the published files
    Column("manifest", Document, nullable=False),  # counts, prices, certificate: what the night wrote beside its plan
)

plan = Table(
    "plan",
    metadata,
    Column("night_id", Text, ForeignKey("nights.night_id"), primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("person_id", Text, index=True),
    Column("currency", Text, nullable=False),
    Column("bucket", Text),
    Column("days_past_due", Integer),
    Column("overdue_cents", Cents),
    Column("outstanding_cents", Cents, nullable=False),
    Column("stage", Text),
    Column("segment", Text),
    Column("treatment", Text),
    Column("channel", Text),
    Column("reason", Text),
    Column("provision_id", Text),
    Column("second_treatment", Text),
    Column("value_cents", Float),
    Column("second_value_cents", Float),
    Column("cost_cents", Cents),
    Column("propensity", Float),
    Column("policy_id", Text, nullable=False),
    Column("law_id", Text, nullable=False),
)

LIVE = "status IN ('waiting', 'claimed')"

queue_items = Table(
    "queue_items",
    metadata,
    Column("queue_item_id", Text, primary_key=True),
    Column("night_id", Text, ForeignKey("nights.night_id"), nullable=False, index=True),
    Column("person_id", Text, ForeignKey("persons.person_id"), nullable=False),
    Column("lead_account_id", Text, nullable=False),
    Column("account_ids", Document, nullable=False),
    Column("treatment", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("not_before_at", Instant, nullable=False),
    Column("not_after_at", Instant, nullable=False),
    Column("overdue_cents", Cents, nullable=False),  # of its accounts together, less what the day received
    Column("currency", Text, nullable=False),
    Column("days_past_due", Integer),
    Column("bucket", Text),
    Column("stage", Text),
    Column("value_cents", Float, nullable=False),
    Column("policy_id", Text, nullable=False),
    Column("law_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("claimed_by", Text, ForeignKey("users.user_id")),
    Column("claimed_at", Instant),
    Column("claimed_until", Instant),  # the lease: from this instant on anybody may claim it
    Column("closed_at", Instant),
    Column("withdrawn_reason", Text),  # kernel.reasons
    Column("rests_until", Instant),  # not offered before, whatever the law leaves open; null rests not
    Column("rested_by", Text),  # who let it rest; null where an outcome did
    Column(
        "for_decision", Boolean, nullable=False, server_default=text("false")
    ),  # on the desk, in no collector's queue
    Column("closed_why", Text),  # outcome.table.OUTCOMES or queue.claim.FINISHED_WHY; null where it is withdrawn
    CheckConstraint("status IN ('waiting', 'claimed', 'done', 'withdrawn')", name="status"),
    CheckConstraint("(status = 'claimed') = (claimed_by IS NOT NULL)", name="claim"),
    CheckConstraint("(status = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name="withdrawal"),
    Index("ix_queue_items_order", "status", "priority"),
    # One live item per person, whatever two nights or two collectors try.
    Index("uq_queue_items_live_person", "person_id", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
    Index(
        "ix_queue_items_claimed_by",
        "claimed_by",
        sqlite_where=text("status = 'claimed'"),
        postgresql_where=text("status = 'claimed'"),
    ),
)

# The day.

PERMIT_OPEN = "source = 'day' AND direction = 'outbound' AND outcome IS NULL"

attempts = Table(  # the contact history: what the book brought, and every attempt the gate permitted
    "attempts",
    metadata,
    Column("attempt_id", Text, primary_key=True),
    Column("source", Text, nullable=False),  # book | day
    Column("at", Instant, nullable=False),
    Column("local_day", Date),  # where the recipient is; null where the book knows no zone
    Column("channel", Text, nullable=False),  # call | ai_call | sms | email | letter | visit
    Column("direction", Text, nullable=False),  # outbound | inbound
    Column("purpose", Text, nullable=False),
    Column("debtor_id", Text, nullable=False),
    Column("recipient_id", Text, nullable=False),
    Column("recipient_role", Text),
    Column("account_ids", Document, nullable=False),
    Column("contact_point_id", Text),
    Column("number", Text),  # number or address used, as counted; personal data, so a fact carries its commitment
    Column("number_salt", LargeBinary),  # of that commitment; null for the book
    Column("connected", Boolean),  # null until the outcome is known; the gate counts null as connected
    Column("outcome", Text),  # outcome.table.OUTCOMES
    Column("outcome_at", Instant),
    Column("note", Text),
    Column("note_salt", LargeBinary),
    Column("collector_id", Text),
    Column("queue_item_id", Text, index=True),
    Column("request_key", Text, unique=True),  # a second request with the same key gets the first answer
    CheckConstraint("source IN ('book', 'day')", name="source"),
    Index("ix_attempts_debtor_id_at", "debtor_id", "at"),
    Index("ix_attempts_recipient_id_at", "recipient_id", "at"),
    Index("ix_attempts_number_at", "number", "at"),
    # Permits that are open: the few attempts of the day without an outcome.
    Index(
        "ix_attempts_open",
        "debtor_id",
        sqlite_where=text(PERMIT_OPEN),
        postgresql_where=text(PERMIT_OPEN),
    ),
)

outcome_entries = Table(  # every word on what came of an attempt; `attempts` has the one that holds
    "outcome_entries",
    metadata,
    Column("entry_id", Text, primary_key=True),
    Column("attempt_id", Text, ForeignKey("attempts.attempt_id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),  # recorded | noted | undone | corrected
    Column("outcome", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text),
    Column("note_salt", LargeBinary),
    Column("before", Document),  # what it changed, as it was, so that it can be taken back
    CheckConstraint("kind IN ('recorded', 'noted', 'undone', 'corrected')", name="kind"),
)

callbacks = Table(  # the time that somebody asked to be contacted at; the latest one holds
    "callbacks",
    metadata,
    Column("callback_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("debtor_id", Text, nullable=False, index=True),
    Column("not_before_at", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("attempt_id", Text),
    Column("taken_by", Text, nullable=False),
    Column("taken_back_at", Instant),
)

reveals = Table(
    "reveals",
    metadata,
    Column("reveal_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("contact_point_id", Text),
    Column("purpose", Text, nullable=False),
    Column("basis", Text, nullable=False),  # claim | inbound: what gave the right to look
    Index("ix_reveals_user_id_at", "user_id", "at"),
)

explanations = Table(  # why somebody did what asks for a reason; a fact carries the commitment
    "explanations",
    metadata,
    Column("explanation_id", Text, primary_key=True),
    Column("about", Text, nullable=False, index=True),  # the id the fact is about
    Column("kind", Text, nullable=False),  # of the fact
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)

permits = Table(
    "permits",
    metadata,
    Column("permit_id", Text, primary_key=True),
    Column("attempt_id", Text, ForeignKey("attempts.attempt_id"), nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("collector_id", Text, nullable=False),
    Column("law_id", Text, nullable=False),
)

refusals = Table(
    "refusals",
    metadata,
    Column("refusal_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("channel", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("debtor_id", Text, nullable=False),
    Column("recipient_id", Text, nullable=False),
    Column("recipient_role", Text, nullable=False),
    Column("contact_point_id", Text),
    Column("collector_id", Text, nullable=False),
    Column("queue_item_id", Text),
    Column("law_id", Text, nullable=False),
    Column("grounds", Document, nullable=False),  # every ground, as contact.permit.Ground.as_json()
    Column("allowed_again_at", Instant),
    Column("request_key", Text, unique=True),
    Index("ix_refusals_debtor_id_at", "debtor_id", "at"),
)

promises = Table(
    "promises",
    metadata,
    Column("promise_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("amount_cents", Cents, nullable=False),
    Column("currency", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("due_offset_minutes", Integer, nullable=False),  # of due_at as it was said: the clock's "due today"
    Column("tolerance_hours", Integer, nullable=False),
    Column("channel", Text, nullable=False),  # how it will be paid: bank_transfer | app | counter | direct_debit
    Column("money_source", Text, nullable=False),  # where the money comes from: salary | business | family_support | …
    Column("taken_by", Text, nullable=False),
    Column("attempt_id", Text),
    Column("request_key", Text, unique=True),
    CheckConstraint("amount_cents > 0", name="amount"),
    CheckConstraint("due_at > made_at", name="due"),
)

# Evidence: an append-only Merkle log. See evidence.tree for the hashing.

evidence_entries = Table(
    "evidence_entries",
    metadata,
    Column("entry_index", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, index=True),  # the id of the row the fact made true
    Column("at", Instant, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),  # kernel.fact.Fact.canonical()
)

evidence_head = Table(  # one row; locking it is what makes the index gap-free
    "evidence_head",
    metadata,
    Column("log_id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("compact_range", LargeBinary, nullable=False),  # per node: one byte of height, 32 of hash
    CheckConstraint("log_id = 1", name="one_row"),
)

evidence_checkpoints = Table(  # what was signed over the log at some size, as a signed note
    "evidence_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("signed_at", Instant, nullable=False),
    Column("note", Text, nullable=False),
)
