"""
What a book is: the tables that describe one lender's loans as they stood on one business day.

A lender may send any of three levels, each enough to run a night:

    (a) loan tape             ACCOUNTS with days past due, oldest unpaid due date or a status code
    (b) schedule and payments ACCOUNTS with INSTALMENTS, PAYMENTS, CHARGEBACKS, PAUSES
    (c) monthly performance   ACCOUNTS with MONTHS

and with any of them PERSONS, PARTIES, CONTACT_POINTS, CONTACTS and HOLDS. A table that was not sent is empty
and is named in `Snapshot.absent`, because "no payment was made" and "nobody told us" are different facts.

Everything about a column is declared here, once: its type, what it means, which words or numbers it may hold. From it
come the reader, what import refuses (`vocabulary.py`), the made-up book, the files of a published book and the page of
reference. Types are Ibis types; `!` means never null. Amounts are minor units. `…_on` is a calendar day at the
borrower's place, `…_at` an instant in UTC. `learned_on` is the day we were told, kept apart from the day a
thing was true so that any past night can be replayed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import ibis.expr.types as ir

from arrears.book.lawful_sources import LAWFUL_SOURCES


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a book."""

    kind: str
    """Its Ibis type, with ! where it is never null."""
    about: str = ""
    choices: tuple[str, ...] | None = None
    """The only words it holds."""
    between: tuple[int, int] | None = None
    """Smallest and largest whole number that can be meant. Every int32 has them."""
    negative: bool = False
    """An amount that may be below zero without the mapping saying so."""
    ahead: bool = False
    """A day that may come after the book's."""
    personal: bool = False
    """Masked wherever a preview or a problem shows it."""
    derived: bool = False
    """Made at import from other columns; no file and no mapping feeds it."""
    few: bool = False
    """Few different values, though not a closed list of words."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a book: what a row of it is, and by which columns two rows are the same thing."""

    about: str
    key: tuple[str, ...]
    columns: dict[str, Column]


_TWO_DECIMALS = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF INR KES LKR MOP MXN MYR NGN NOK NZD "
    "PHP PKR PLN RON RUB SEK SGD THB TRY TWD UAH USD ZAR"
)
CURRENCIES = tuple(_TWO_DECIMALS.split())
"""ISO 4217 codes with two decimals. A currency with none or three is refused rather than scaled wrongly."""

_ACCOUNTS = {
    "account_id": Column("!string"),
    "person_id": Column("string", "the borrower; null is held_for_missing_borrower"),
    "lender_id": Column("!string", few=True),
    "product": Column(
        "!string", choices=("auto_loan", "consumer_loan", "credit_card", "micro_loan", "other", "study_loan")
    ),
    "currency": Column("!string", "ISO 4217, with two decimals", choices=CURRENCIES),
    "opened_on": Column("date"),
    "matures_on": Column("date", ahead=True),
    "limit_cents": Column("int64"),
    "principal_cents": Column("int64", "principal still owed"),
    "balance_cents": Column("!int64", "everything still owed"),
    "overdue_cents": Column("int64", "what the lender says is overdue"),
    "reported_days_past_due": Column("int32", between=(0, 36_500)),
    "oldest_unpaid_due_on": Column("date", ahead=True),
    "status_code": Column("string", "the lender's own word", few=True),
    "loan_status": Column("!string", choices=("active", "charged_off", "closed", "written_off")),
    "charged_off_on": Column("date"),
    "annual_rate_bps": Column("int32", "basis points a year", between=(0, 1_000_000), few=True),
    "installment_cents": Column("int64", "the usual instalment"),
}

_INSTALMENTS = {
    "account_id": Column("!string"),
    "instalment_no": Column("!int32", between=(1, 1_200), few=True),
    "due_on": Column("!date", ahead=True),
    "principal_cents": Column("!int64"),
    "interest_cents": Column("!int64"),
    "fee_cents": Column("!int64"),
    "penalty_cents": Column("!int64"),
}

_PAYMENTS = {
    "payment_id": Column("!string"),
    "account_id": Column("!string"),
    "paid_on": Column("!date"),
    "learned_on": Column("!date"),
    "amount_cents": Column("!int64"),
    "reversed_on": Column("date", "a reversed payment was never made; this says when we learned it"),
    "designation": Column("string", choices=("fee", "interest", "penalty", "principal")),
}

_CHARGEBACKS = {
    "account_id": Column("!string"),
    "charged_back_on": Column("!date"),
    "learned_on": Column("!date"),
    "amount_cents": Column("!int64"),
}

_PAUSES = {
    "account_id": Column("!string"),
    "start_on": Column("!date", ahead=True),
    "end_on": Column("!date", "both included", ahead=True),
    "reason": Column("!string", choices=("breathing_space", "disaster", "dispute", "holiday", "other")),
    "learned_on": Column("!date"),
}

_MONTHS = {
    "account_id": Column("!string"),
    "month_on": Column("!date", "first day of the month", ahead=True),
    "months_late": Column("int32", "null is unknown; 0 is not late", between=(0, 1_200)),
    "status_code": Column("string", few=True),
    "statement_cents": Column("int64", negative=True),
    "paid_cents": Column("int64"),
}

_PERSONS = {
    "person_id": Column("!string"),
    "name": Column("string", personal=True, few=True),
    "id_number": Column("string", personal=True),
    "birth_on": Column("date", personal=True),
    "language": Column("string", choices=("en", "zh")),
    "time_zone": Column("string", "IANA; null is held_for_missing_time_zone", few=True),
    "province": Column("string", few=True),
    "occupation": Column(
        "string", choices=("business_owner", "other", "retired_public", "student", "white_collar", "worker")
    ),
    "income_pattern": Column("string", choices=("irregular", "monthly", "seasonal", "weekly")),
    "payday": Column("int32", "day of the month, 1 to 31", between=(1, 31), few=True),
    "vulnerability": Column(
        "string", choices=("bereavement", "disability", "illness", "incapacity", "job_loss_dependants", "other")
    ),
}

_PARTIES = {
    "account_id": Column("!string"),
    "person_id": Column("!string"),
    "role": Column("!string", choices=("borrower", "co_borrower", "contact_person", "guarantor")),
    "liability": Column("!string", choices=("full", "general_guarantee", "joint", "joint_guarantee", "none")),
}

_COUNTED = "by what it is counted, however it is written: made at import"

_CONTACT_POINTS = {
    "contact_point_id": Column("!string"),
    "person_id": Column("!string"),
    "channel": Column("!string", choices=("address", "email", "phone")),
    "value": Column("!string", personal=True),
    "number_key": Column("string", _COUNTED, personal=True, derived=True),
    "lawful_source": Column("!string", choices=tuple(LAWFUL_SOURCES)),
    "obtained_on": Column("date"),
    "valid": Column("boolean", "null is not yet known"),
}

_CONTACTS = {
    "contact_id": Column("!string"),
    "person_id": Column("!string", "whom the attempt was to"),
    "account_id": Column("string"),
    "contact_point_id": Column("string"),
    "number": Column("string", personal=True),
    "number_key": Column("string", _COUNTED, personal=True, derived=True),
    "at": Column("!timestamp('UTC')"),
    "channel": Column("!string", choices=("ai_call", "call", "email", "letter", "sms", "visit")),
    "direction": Column("!string", choices=("inbound", "outbound")),
    "connected": Column("boolean"),
    "outcome": Column(
        "!string",
        choices=(
            "busy",
            "callback_requested",
            "channel_stopped",
            "complained",
            "deceased",
            "delivered",
            "disputed",
            "hardship",
            "hung_up",
            "incident",
            "no_answer",
            "nobody_home",
            "not_in_service",
            "not_recorded",
            "promised",
            "refused",
            "replied",
            "represented",
            "right_party",
            "says_paid",
            "sent",
            "stop_requested",
            "switched_off",
            "third_party",
            "third_party_declined",
            "undelivered",
            "voicemail",
            "wrong_number",
        ),
    ),
}

_HOLDS = {
    "person_id": Column("!string"),
    "kind": Column(
        "!string",
        choices=("complaint", "deceased", "dispute", "hardship", "incident", "plan", "promise", "represented", "stop"),
    ),
    "placed_on": Column("!date"),
    "learned_on": Column("!date"),
    "ends_on": Column("date", "first day it no longer holds; null is until released", ahead=True),
}

DECLARED: dict[str, Table] = {
    "accounts": Table("One row a loan, as it stood on the day of the book.", ("account_id",), _ACCOUNTS),
    "instalments": Table(
        "The schedule: every instalment, settled or not.", ("account_id", "instalment_no"), _INSTALMENTS
    ),
    "payments": Table("What was paid. A reversed payment was never made.", ("payment_id",), _PAYMENTS),
    "chargebacks": Table(
        "Money taken back: debt again from its own day.",
        ("account_id", "charged_back_on", "amount_cents"),
        _CHARGEBACKS,
    ),
    "pauses": Table(
        "Days that don't count as days past due; both ends included.", ("account_id", "start_on", "reason"), _PAUSES
    ),
    "months": Table("Monthly performance: one row a loan and month.", ("account_id", "month_on"), _MONTHS),
    "persons": Table("Everybody in the book, once.", ("person_id",), _PERSONS),
    "parties": Table(
        "Who has what to do with a loan, and owes what of it.", ("account_id", "person_id", "role"), _PARTIES
    ),
    "contact_points": Table(
        "Numbers and addresses, each with the lawful source it came from.", ("contact_point_id",), _CONTACT_POINTS
    ),
    "contacts": Table(
        "Contact history: every attempt, in either direction, by whoever worked for the lender.",
        ("contact_id",),
        _CONTACTS,
    ),
    "holds": Table(
        "Why nothing is done about a person, from when to when.", ("person_id", "kind", "placed_on"), _HOLDS
    ),
}


def _kinds(columns: dict[str, Column]) -> dict[str, str]:
    return {name: column.kind for name, column in columns.items()}


DERIVED = frozenset(
    (name, column) for name, table in DECLARED.items() for column, of in table.columns.items() if of.derived
)
"""Columns that import makes."""

TABLES: dict[str, dict[str, str]] = {name: _kinds(table.columns) for name, table in DECLARED.items()}
"""Each table's columns with their types, as the stages read them."""

ACCOUNTS = TABLES["accounts"]
INSTALMENTS = TABLES["instalments"]
PAYMENTS = TABLES["payments"]
CHARGEBACKS = TABLES["chargebacks"]
PAUSES = TABLES["pauses"]
MONTHS = TABLES["months"]
PERSONS = TABLES["persons"]
PARTIES = TABLES["parties"]
CONTACT_POINTS = TABLES["contact_points"]
CONTACTS = TABLES["contacts"]
HOLDS = TABLES["holds"]


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
