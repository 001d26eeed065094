"""
The closed words and limits of a book's columns: keys, choices, which amounts may be negative, which days may lie ahead.

`table.py` says names and types; this says what a value of that type may be. Import refuses (quarantines) the rest.
"""

from __future__ import annotations

from arrears.book.lawful_sources import LAWFUL_SOURCES

KEYS: dict[str, tuple[str, ...]] = {
    "accounts": ("account_id",),
    "instalments": ("account_id", "instalment_no"),
    "payments": ("payment_id",),
    "chargebacks": ("account_id", "charged_back_on", "amount_cents"),
    "pauses": ("account_id", "start_on", "reason"),
    "months": ("account_id", "month_on"),
    "persons": ("person_id",),
    "parties": ("account_id", "person_id", "role"),
    "contact_points": ("contact_point_id",),
    "contacts": ("contact_id",),
    "holds": ("person_id", "kind", "placed_on"),
}
"""What makes a row of each table one thing: two rows with one key are a duplicate. Also the published order."""

CURRENCIES = frozenset(
    {
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CNY",
        "CZK",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "INR",
        "KES",
        "LKR",
        "MOP",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PHP",
        "PKR",
        "PLN",
        "RON",
        "RUB",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "ZAR",
    }
)
"""ISO 4217 codes with two decimals. A currency with none or three is refused rather than scaled wrongly."""

CHOICES: dict[tuple[str, str], frozenset[str]] = {
    ("accounts", "product"): frozenset(
        {"credit_card", "consumer_loan", "micro_loan", "auto_loan", "study_loan", "other"}
    ),
    ("accounts", "currency"): CURRENCIES,
    ("accounts", "loan_status"): frozenset({"active", "closed", "charged_off", "written_off"}),
    ("payments", "designation"): frozenset({"principal", "interest", "fee", "penalty"}),
    ("pauses", "reason"): frozenset({"holiday", "dispute", "breathing_space", "disaster", "other"}),
    ("persons", "language"): frozenset({"zh", "en"}),
    ("persons", "occupation"): frozenset(
        {"white_collar", "retired_public", "business_owner", "worker", "student", "other"}
    ),
    ("persons", "income_pattern"): frozenset({"monthly", "weekly", "seasonal", "irregular"}),
    ("persons", "vulnerability"): frozenset(
        {"illness", "disability", "bereavement", "incapacity", "job_loss_dependants", "other"}
    ),
    ("parties", "role"): frozenset({"borrower", "co_borrower", "guarantor", "contact_person"}),
    ("parties", "liability"): frozenset({"full", "joint", "general_guarantee", "joint_guarantee", "none"}),
    ("contact_points", "channel"): frozenset({"phone", "email", "address"}),
    ("contact_points", "lawful_source"): frozenset(LAWFUL_SOURCES),
    ("contacts", "channel"): frozenset({"call", "ai_call", "sms", "email", "letter", "visit"}),
    ("contacts", "direction"): frozenset({"outbound", "inbound"}),
    ("contacts", "outcome"): frozenset(
        {
            *("no_answer", "busy", "switched_off", "not_in_service", "nobody_home"),
            *("voicemail", "wrong_number", "third_party", "third_party_declined"),
            *("right_party", "promised", "says_paid", "refused", "hung_up", "callback_requested", "channel_stopped"),
            *("disputed", "hardship", "represented", "stop_requested", "complained", "deceased", "incident"),
            *("sent", "delivered", "undelivered", "replied"),
            "not_recorded",
        }
    ),
    ("holds", "kind"): frozenset(
        {
            "dispute",
            "hardship",
            "represented",
            "stop",
            "complaint",
            "deceased",
            "plan",
            "promise",
            "incident",
        }
    ),
}
"""A value outside its set is `unknown_code`: the mapping's `codes` say what the sender's word means."""

MAY_BE_NEGATIVE: frozenset[tuple[str, str]] = frozenset({("months", "statement_cents")})
"""A card statement below zero is money in the borrower's favour. Any other amount needs `negative = "credit"`."""

INTEGER_RANGES: dict[tuple[str, str], tuple[int, int]] = {
    ("accounts", "reported_days_past_due"): (0, 36_500),
    ("accounts", "annual_rate_bps"): (0, 1_000_000),
    ("instalments", "instalment_no"): (1, 1_200),
    ("months", "months_late"): (0, 1_200),
    ("persons", "payday"): (1, 31),
}
"""Smallest and largest whole number that can be meant."""

MAY_LIE_AHEAD: frozenset[tuple[str, str]] = frozenset(
    {
        ("accounts", "matures_on"),
        ("accounts", "oldest_unpaid_due_on"),
        ("instalments", "due_on"),
        ("pauses", "start_on"),
        ("pauses", "end_on"),
        ("months", "month_on"),
        ("holds", "ends_on"),
    }
)
"""Days that may come after the book's day. Any other date or instant there is an impossible one."""

FIRST_DAY = "1900-01-01"
YEARS_AHEAD = 60

IN_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "accounts": (("opened_on", "matures_on"), ("opened_on", "charged_off_on"), ("opened_on", "oldest_unpaid_due_on")),
    "payments": (("paid_on", "learned_on"), ("paid_on", "reversed_on")),
    "chargebacks": (("charged_back_on", "learned_on"),),
    "pauses": (("start_on", "end_on"),),
    "holds": (("placed_on", "ends_on"),),
}
"""Pairs (earlier, later): the second may not come before the first."""

PERSONAL: frozenset[tuple[str, str]] = frozenset(
    {
        ("persons", "name"),
        ("persons", "id_number"),
        ("persons", "birth_on"),
        ("contact_points", "value"),
        ("contacts", "number"),
    }
)
"""Columns whose values are masked wherever a preview or a problem shows them."""
