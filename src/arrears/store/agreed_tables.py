"""
The tables of what is agreed with a borrower, and of what a person decides about a case.

Reads:  nothing
Gives:  payment_plans, payment_plan_instalments, decision_requests, decisions
Never:  holds a rule of the business beyond what a key or a check can say: one running plan an account is such a key.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from arrears.store.columns import Cents, Document, Instant
from arrears.store.metadata import metadata

payment_plans = Table(  # what a borrower agreed to pay and when; the night's own plan is the table `plan`
    "payment_plans",
    metadata,
    Column("payment_plan_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # outcome.payment_plan.KINDS
    Column("currency", Text, nullable=False),
    Column("owed_cents", Cents, nullable=False),  # when it was agreed
    Column("total_cents", Cents, nullable=False),
    Column("waiver", Document, nullable=False),  # cents by part, given once the plan is kept
    Column("agreed_at", Instant, nullable=False),
    Column("agreed_by", Text, nullable=False),
    Column("accepted_how", Text, nullable=False),  # outcome.payment_plan.ACCEPTED
    Column("accepted_at", Instant, nullable=False),
    Column("offset_minutes", Integer, nullable=False),  # of the borrower's place: the end of the day on which it is due
    Column("hold_id", Text, nullable=False),  # what holds collection while it is kept
    Column("request_id", Text),  # the request by which somebody above approved it
    Column("attempt_id", Text),
    Column("request_key", Text, unique=True),
    Column("ended_at", Instant),
    Column("ended_why", Text),  # outcome.payment_plan.PlanStatus
    CheckConstraint("total_cents > 0", name="total"),
    CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended"),
    # One running plan an account, whatever two people agree to at once.
    Index(
        "uq_payment_plans_running",
        "account_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

payment_plan_instalments = Table(
    "payment_plan_instalments",
    metadata,
    Column("payment_plan_id", Text, ForeignKey("payment_plans.payment_plan_id"), primary_key=True),
    Column("instalment_no", Integer, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("amount_cents", Cents, nullable=False),
    CheckConstraint("amount_cents > 0", name="amount"),
)

decision_requests = Table(  # what somebody asked of a role above: one open an account
    "decision_requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # decision.settlement.DECISIONS
    Column("terms", Document),  # of the plan that is asked for; null where it is none
    Column("role", Text, nullable=False),  # the lowest that may decide it
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("closed_at", Instant),
    Column("decision_id", Text),  # what was decided, or the plan agreed meanwhile; null while it is open
    CheckConstraint("(closed_at IS NULL) = (decision_id IS NULL)", name="closed"),
    Index(
        "uq_decision_requests_open",
        "account_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

decisions = Table(  # what a person decided about a case, with what was checked before
    "decisions",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # decision.settlement.DECISIONS
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_on", Date, nullable=False),  # where the borrower is
    Column("until_on", Date),  # first day on which it holds no more; null is until it is lifted
    Column("checked", Document, nullable=False),  # outcome.desk.Check, each with what the decider said of it
    Column("request_id", Text),
    Column("queue_item_id", Text),
    Column("hold_id", Text),
    Column("payment_plan_id", Text),
)
