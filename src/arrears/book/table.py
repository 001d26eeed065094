"""
What a book is: the tables that describe one lender's loans as they stood on one business day.

A lender may send any of three levels, each enough to run a night:

    (a) loan tape             ACCOUNTS with days past due, oldest unpaid due date or a status code
    (b) schedule and payments ACCOUNTS with INSTALMENTS, PAYMENTS, CHARGEBACKS, PAUSES
    (c) monthly performance   ACCOUNTS with MONTHS

and with any of them PERSONS, PARTIES, CONTACT_POINTS, CONTACTS and HOLDS. A table that was not sent is empty
and is named in `Snapshot.absent`, because "no payment was made" and "nobody told us" are different facts.

Types are Ibis types; `!` means never null. Amounts are minor units. `…_on` is a calendar day at the
borrower's place, `…_at` an instant in UTC. `learned_on` is the day we were told, kept apart from the day a
thing was true so that any past night can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import ibis.expr.types as ir

ACCOUNTS = {
    "account_id": "!string",
    "person_id": "string",  # the borrower; null is held_for_missing_borrower
    "lender_id": "!string",
    "product": "!string",  # credit_card | consumer_loan | micro_loan | auto_loan | study_loan | other
    "currency": "!string",  # ISO 4217
    "opened_on": "date",
    "matures_on": "date",
    "limit_cents": "int64",
    "principal_cents": "int64",  # principal still owed
    "balance_cents": "!int64",  # everything still owed
    "overdue_cents": "int64",  # what the lender says is overdue
    "reported_days_past_due": "int32",
    "oldest_unpaid_due_on": "date",
    "status_code": "string",  # the lender's own word
    "loan_status": "!string",  # active | closed | charged_off | written_off
    "charged_off_on": "date",
    "annual_rate_bps": "int32",  # basis points a year
    "installment_cents": "int64",  # the usual instalment
}

INSTALMENTS = {
    "account_id": "!string",
    "instalment_no": "!int32",
    "due_on": "!date",
    "principal_cents": "!int64",
    "interest_cents": "!int64",
    "fee_cents": "!int64",
    "penalty_cents": "!int64",
}

PAYMENTS = {
    "payment_id": "!string",
    "account_id": "!string",
    "paid_on": "!date",
    "learned_on": "!date",
    "amount_cents": "!int64",
    "reversed_on": "date",  # a reversed payment was never made; this says when we learned it
    "designation": "string",  # what the debtor said it is for: principal | interest | fee | penalty
}

CHARGEBACKS = {
    "account_id": "!string",
    "charged_back_on": "!date",
    "learned_on": "!date",
    "amount_cents": "!int64",
}

PAUSES = {
    "account_id": "!string",
    "start_on": "!date",
    "end_on": "!date",  # both included
    "reason": "!string",  # holiday | dispute | breathing_space | disaster | other
    "learned_on": "!date",
}

MONTHS = {
    "account_id": "!string",
    "month_on": "!date",  # first day of the month
    "months_late": "int32",  # null is unknown; 0 is not late
    "status_code": "string",
    "statement_cents": "int64",
    "paid_cents": "int64",
}

PERSONS = {
    "person_id": "!string",
    "name": "string",
    "id_number": "string",
    "birth_on": "date",
    "language": "string",  # zh | en
    "time_zone": "string",  # IANA; null is held_for_missing_time_zone
    "province": "string",
    "occupation": "string",  # white_collar | retired_public | business_owner | worker | student | other
    "income_pattern": "string",  # monthly | weekly | seasonal | irregular
    "payday": "int32",  # day of the month, 1 to 31
    "vulnerability": "string",  # illness | disability | bereavement | incapacity | job_loss_dependants | other
}

PARTIES = {
    "account_id": "!string",
    "person_id": "!string",
    "role": "!string",  # borrower | co_borrower | guarantor | contact_person
    "liability": "!string",  # full | joint | general_guarantee | joint_guarantee | none
}

CONTACT_POINTS = {
    "contact_point_id": "!string",
    "person_id": "!string",
    "channel": "!string",  # phone | email | address
    "value": "!string",
    "lawful_source": "!string",  # one of LAWFUL_SOURCES; anything else is refused at import (CN note P10)
    "obtained_on": "date",
    "valid": "boolean",  # null is not yet known
}

CONTACTS = {  # contact history: attempts, reached or not, in either direction
    "contact_id": "!string",
    "person_id": "!string",  # whom the attempt was to
    "account_id": "string",
    "contact_point_id": "string",
    "number": "string",
    "at": "!timestamp('UTC')",
    "channel": "!string",  # call | ai_call | sms | email | letter | visit
    "direction": "!string",  # outbound | inbound
    "connected": "boolean",
    "outcome": "!string",  # outcome.table.OUTCOMES
}

HOLDS = {
    "person_id": "!string",
    "kind": "!string",  # dispute | hardship | represented | stop | complaint | deceased | plan | promise | incident
    "placed_on": "!date",
    "learned_on": "!date",
    "ends_on": "date",  # first day it no longer holds; null is until released
}

TABLES: dict[str, dict[str, str]] = {
    "accounts": ACCOUNTS,
    "instalments": INSTALMENTS,
    "payments": PAYMENTS,
    "chargebacks": CHARGEBACKS,
    "pauses": PAUSES,
    "months": MONTHS,
    "persons": PERSONS,
    "parties": PARTIES,
    "contact_points": CONTACT_POINTS,
    "contacts": CONTACTS,
    "holds": HOLDS,
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One book on one business day: every table of TABLES, lazy, on one engine."""

    as_of: date
    tables: dict[str, ir.Table]
    absent: frozenset[str] = field(default_factory=frozenset)
    """Tables that were not sent."""
    absent_columns: frozenset[str] = field(default_factory=frozenset)
    """Columns ("persons.name") of tables that were sent in which not one value is known."""

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables[name]
