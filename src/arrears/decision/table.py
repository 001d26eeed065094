"""
What decision gives: one row per account of the book, with the treatment chosen tonight or the reason for none.

`value_cents` is expected recovery net of cost, in minor units, as a float because it is an expectation and not
money anybody holds. Exactly one of `treatment` and `reason` is null.
"""

from __future__ import annotations

PLAN = {
    "account_id": "!string",
    "person_id": "string",
    "currency": "!string",
    "bucket": "string",
    "days_past_due": "int32",
    "overdue_cents": "int64",
    "outstanding_cents": "!int64",
    "stage": "string",  # segmentation.table: lifecycle stage
    "segment": "string",  # segmentation.table: people segment
    "treatment": "string",  # a treatment id of the policy
    "channel": "string",  # call | sms | email | letter | none
    "reason": "string",  # kernel.reasons.Reason
    "provision_id": "string",  # the provision behind the reason, where law is the reason
    "second_treatment": "string",  # what would have been chosen next
    "value_cents": "float64",
    "second_value_cents": "float64",
    "cost_cents": "int64",
    "propensity": "float64",  # probability with which the policy chose this treatment, for later estimates
    "policy_id": "!string",
    "law_id": "!string",
}
