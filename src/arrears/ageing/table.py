"""
What ageing gives: every account of the book, with how late it is and what is overdue.

Three numbers are kept apart: raw days past due, less grace, less pauses. A value that can't be known is null
and `age_source` is "unknown"; it is never zero.
"""

from __future__ import annotations

AGED = {
    "account_id": "!string",
    "person_id": "string",
    "lender_id": "!string",
    "product": "!string",
    "currency": "!string",
    "loan_status": "!string",
    "age_source": "!string",  # schedule | due_date | reported_days | status_code | months | not_overdue | unknown
    "days_past_due": "int32",
    "delinquent_days": "int32",  # less grace, less paused days
    "oldest_unpaid_due_on": "date",
    "delinquent_since_on": "date",
    "overdue_cents": "int64",
    "overdue_principal_cents": "int64",
    "overdue_interest_cents": "int64",
    "overdue_fee_cents": "int64",
    "overdue_penalty_cents": "int64",
    "outstanding_cents": "!int64",  # owed today: interest of instalments to come is not in it
    "lender_balance_cents": "!int64",  # what the lender says is still owed
    "balance_reason": "string",  # why the two differ, one of BALANCE_REASONS; null where they don't
    "bucket": "string",  # M0 current, M1 … M7+ (or the lender's own names); null is unknown
    "risk_class": "string",  # normal | special_mention | substandard | doubtful | loss; null is unknown
    "paused": "!boolean",
}

BALANCE_REASONS = {
    "not_yet_due": "the lender counts interest, fees or penalties of instalments to come",
    "principal_alone": "the lender counts principal alone, without charges that have fallen due",
    "due_today": "the lender leaves out charges of what falls due on the very day",
    "credit": "the lender owes the borrower",
    "paid_here": "what we received since, and the lender's books do not list yet, is still in the lender's balance",
    "unexplained": "schedule and payments come to another sum: one of the three is wrong, and a person has to look",
}
"""Why the lender's balance is not `outstanding_cents`, the first that makes up the difference to the cent."""
