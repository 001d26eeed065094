"""
What the queue gives: one live item per person, in the order of the day's work.

The borrower stands above the loan: all of a person's accounts that need work tonight are one item, led by the
account with the most value.
"""

from __future__ import annotations

QUEUE = {
    "queue_item_id": "!string",  # derived from night and person, so a re-run gives the same id
    "person_id": "!string",
    "lead_account_id": "!string",
    "account_ids": "!array<string>",  # sorted
    "treatment": "!string",
    "channel": "!string",
    "priority": "!int64",  # 1 is worked first
    "not_before_at": "!timestamp('UTC')",  # first lawful minute at the borrower's place
    "not_after_at": "!timestamp('UTC')",  # last lawful minute of the day there
    "overdue_cents": "!int64",
    "currency": "!string",
    "days_past_due": "int32",
    "bucket": "string",
    "stage": "string",
    "value_cents": "!float64",
    "policy_id": "!string",
    "law_id": "!string",
}
