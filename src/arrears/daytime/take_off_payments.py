"""
Take what the day received, and a night had not seen, off the figures that the night brings.

Reads:  a connection of the store in the transaction that publishes the night; the night's files
Gives:  accounts, payments and queue items as they are after those payments
Never:  counts a payment twice: one that the book lists, or that the night read, is in its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from arrears.ageing.rules import AgeingRules
from arrears.daytime.night_files import NightFiles
from arrears.daytime.receive_payment import figures_after, overdue_parts
from arrears.kernel.money import together
from arrears.outcome.split_payment import split
from arrears.store import night as sql
from arrears.store import outcome, queue


def take_off_payments(connection: Connection, night: NightFiles) -> None:
    """
    What the day received and the night had not seen comes off the night's figures, and off the queue.

    A payment that the book lists was seen, and so was one that `day_tables` had given when the night read it. A book
    without payments has them in its balances up to its own day.
    """
    since = sql.payments_since(connection, night.as_of)
    listed = _listed(night, [payment["payment_id"] for payment in since])
    read_at = night.manifest.get("day_read_at")
    unseen = [
        payment
        for payment in since
        if payment["payment_id"] not in listed
        and not (read_at is not None and payment["received_at"] <= datetime.fromisoformat(read_at))
        and (night.has("payments") or payment["learned_on"] > night.as_of)
    ]
    rules = AgeingRules.from_said(night.manifest.get("ageing_rules") or {}, where=str(night.directory))
    people = set()
    for payment in unseen:
        account = outcome.account_with_id(connection, payment["account_id"])
        if account is None:
            continue
        shares = split(
            payment["amount_cents"],
            overdue_parts(account),
            product=account["product"],
            days_past_due=account["days_past_due"],
            designation=payment["designation"],
            rules=rules,
        )
        outcome.set_account(
            connection,
            payment["account_id"],
            figures_after(account, shares.taken, payment["amount_cents"], rules),
        )
        outcome.set_payment(connection, payment["payment_id"], {"split": dict(shares.taken)})
        people.add(account["person_id"])
    for item in sql.items_of_people(connection, night.night_id, people - {None}):
        sums = together(outcome.overdue_of(connection, item["account_ids"]).values())
        queue.set_overdue(connection, item["queue_item_id"], sums.known)


def _listed(night: NightFiles, payment_ids: Sequence[str]) -> set[str]:
    """Which of these payments the book lists."""
    wanted = pa.array(payment_ids, pa.string())
    found: set[str] = set()
    for batch in night.book_batches("payments") if payment_ids else ():
        column = batch.column("payment_id")
        found.update(column.filter(pc.is_in(column, value_set=wanted)).to_pylist())
    return found
