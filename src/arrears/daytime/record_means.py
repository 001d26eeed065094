"""
Take down what a borrower lives on, and what of it may go into instalments.

Reads:  the store: the authority that the newest night was decided by, the person's accounts
Gives:  MeansRecorded
Never:  counts income that nobody verified, adds two currencies, or lets the statement itself into the evidence log.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.authority import authority
from arrears.daytime.place_hold import locked_person
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact, Json
from arrears.kernel.money import decimal_text
from arrears.playbook.affordability import SHARE_UNIT, Income, Means, affordability
from arrears.store import plans
from arrears.store.evidence import About, append
from arrears.store.open import Store


@dataclass(frozen=True, slots=True)
class Stated:
    """One line of income a month, as it was stated."""

    source: str
    amount_cents: int
    currency: str
    verified: bool


@dataclass(frozen=True, slots=True)
class MeansRecorded:
    """Minor units of `currency` a month. `disposable_cents` may be below zero; the instalment never is."""

    means_id: str
    person_id: str
    currency: str
    disposable_cents: int
    sustainable_cents: int


def record_means(
    store: Store,
    *,
    person_id: str,
    income: Sequence[Stated],
    basic_living_cents: int,
    obligations_cents: int,
    by: str,
    at: datetime,
) -> MeansRecorded:
    """
    The latest statement holds, and earlier ones stay on record. Raises Unusable `person_unknown`, `not_for_role`,
    `no_authority`, `income_in_two_currencies`, `income_in_other_currency`, `means_unreadable`.
    """
    must_be_aware(at)

    def work(connection: Connection) -> MeansRecorded:
        must_be_allowed(connection, by, "means.record")
        person = locked_person(connection, person_id)
        accounts = plans.owed_by(connection, person.person_id)
        currency = _one_currency(person_id, income, {account["currency"] for account in accounts})
        share = authority(connection).income_share_bps
        try:
            found = affordability(
                Means(
                    income=[Income(line.source, line.amount_cents, line.verified) for line in income],
                    basic_living_allowance=basic_living_cents,
                    priority_obligations=obligations_cents,
                    balance=max(sum(account["outstanding_cents"] for account in accounts), 1),
                    share=share,
                    cap_instalments=1,
                    max_waiver=0,
                )
            )
        except ValueError as fault:
            raise unusable(
                "means_unreadable",
                f"means of person {person_id!r}",
                f"{fault}",
                "An instalment is worked out from what was stated, and nothing is guessed.",
                "Correct the statement; nothing was recorded.",
            ) from fault
        statement: dict[str, Json] = {
            "income": [
                {"source": line.source, "amount": decimal_text(line.amount_cents), "verified": line.verified}
                for line in income
            ],
            "basic_living": decimal_text(basic_living_cents),
            "obligations": decimal_text(obligations_cents),
            "share": share,
            "of": SHARE_UNIT,
        }
        row: dict[str, Any] = {
            "means_id": drawn_id("means"),
            "person_id": person_id,
            "currency": currency,
            "recorded_at": at,
            "recorded_by": by,
            "statement": statement,
            "salt": secrets.token_bytes(32),
            "disposable_cents": found.disposable,
            "sustainable_cents": found.sustainable_instalment,
        }
        plans.add_means(connection, row)
        body: dict[str, Json] = {
            "means_id": row["means_id"],
            "person_id": person_id,
            "statement": commitment(statement, row["salt"]),
            "by": by,
        }
        append(connection, [About(row["means_id"], Fact("means_recorded", at, body))])
        return MeansRecorded(row["means_id"], person_id, currency, found.disposable, found.sustainable_instalment)

    return in_one_transaction(store, work)


def _one_currency(person_id: str, income: Sequence[Stated], owed_in: set[str]) -> str:
    """The currency of the whole statement, which is that of the debt."""
    stated = {line.currency for line in income}
    if len(stated) > 1:
        raise unusable(
            "income_in_two_currencies",
            f"means of person {person_id!r}",
            f"the income is in {' and '.join(sorted(stated))}.",
            "Amounts of two currencies never add, and a rate that nobody agreed on would decide the instalment.",
            "State all of it in the currency of the debt, converted by whoever pays it.",
        )
    currency = next(iter(stated or sorted(owed_in)), None)
    if currency is None or (owed_in and currency not in owed_in):
        raise unusable(
            "income_in_other_currency",
            f"means of person {person_id!r}",
            f"the income is in {currency or 'no currency'}, and the debt in {', '.join(sorted(owed_in)) or 'none'}.",
            "An instalment is paid in the currency of the debt.",
            "State the income in that currency.",
        )
    return currency
