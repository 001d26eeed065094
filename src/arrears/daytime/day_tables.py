"""
Hand the day back to the next night: what it knows and a lender's book does not.

Reads:  the store; the payments of the book that the night decides on, for accounts that promised
Gives:  Arrow tables in the shapes of book.table, and PROMISES
Never:  gives back what came from a book, unless the day found it to be wrong; writes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
from sqlalchemy import Connection

from arrears.book.table import CONTACT_POINTS, CONTACTS, HOLDS, PAYMENTS
from arrears.daytime.night_files import book_payments
from arrears.daytime.promise_standing import plans_at, promises_at
from arrears.kernel.table import Columns, arrow_schema
from arrears.segmentation.table import COLLECT_ON
from arrears.store import day, desk, outcome, plans
from arrears.store.open import Store

Paid: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""account_id to payments of a book."""

PROMISES: Columns = {
    "promise_id": "!string",
    "account_id": "!string",
    "person_id": "!string",
    "amount_cents": "!int64",
    "currency": "!string",
    "made_at": "!timestamp('UTC')",
    "due_at": "!timestamp('UTC')",
    "due_offset_minutes": "!int32",
    "tolerance_hours": "!int32",
    "status": "!string",  # outcome.promise_clock.PromiseStatus at the end of as_of, where the promise was made
    "paid_cents": "!int64",
}
"""What `day_tables` gives of promises."""


def day_tables(store: Store, as_of: date, book: Path | None = None) -> dict[str, pa.Table]:
    """
    What the day knows up to and including `as_of` that a lender's book does not: `contact_points`, `contacts`,
    `holds`, `payments` in the shapes of book.table, and `promises` (PROMISES, with where each stands at the end of
    that day).

    An open promise is also a hold of kind "promise", until the day after its end; a plan that is kept one of kind
    "plan", until its next payment is overdue; an agreed time one of kind "agreed_time", until its own day. Payments
    that only `book` knows, the one that the night decides on, count for both: what was paid to the lender was kept.
    """
    with store.read() as connection:
        paid = {} if book is None else book_payments(book, plans.accounts_promised(connection))
        promises = list(_promises(connection, as_of, paid))
        held = [
            *_with_plans(connection, day.day_holds(connection, as_of), as_of, paid),
            *day.day_agreed_times(connection, as_of),
            *_collected_on(connection, as_of),
            *_promise_holds(promises),
        ]
        return {
            "contact_points": _table(list(day.day_contact_points(connection, as_of)), CONTACT_POINTS),
            "contacts": _table(list(day.day_contacts(connection, as_of)), CONTACTS),
            "holds": _table(_one_per_key(held), HOLDS),
            "payments": _table(list(day.day_payments(connection, as_of)), PAYMENTS),
            "promises": _table(promises, PROMISES),
        }


def _with_plans(
    connection: Connection, holds: Iterable[dict[str, Any]], as_of: date, paid: Paid
) -> Iterator[dict[str, Any]]:
    """The holds; that of a running plan until where its payments, the book's too, leave it on that day."""
    until: dict[str, date] = {}
    for row in plans.accounts_with_unended_plans(connection):
        zone = timezone(timedelta(minutes=row["offset_minutes"]))
        end = datetime.combine(as_of, time.max, zone)
        known = plans_at(connection, row["account_id"], end, paid.get(row["account_id"], ()))
        until |= {plan.row["hold_id"]: plan.held_until for plan in known if plan.held_until is not None}
    for hold in holds:
        known_until = None if hold["lifted"] else until.get(hold["hold_id"])
        yield {**hold, "ends_on": known_until or hold["ends_on"]}


def _promises(connection: Connection, as_of: date, paid: Paid) -> Iterator[dict[str, Any]]:
    for account_id in day.accounts_with_promises(connection):
        rows = {row["promise_id"]: row for row in outcome.promises_of(connection, account_id)}
        offsets = {row["due_offset_minutes"] for row in rows.values()}
        for offset in sorted(offsets):
            end = datetime.combine(as_of, time.max, timezone(timedelta(minutes=offset)))
            for standing in promises_at(connection, account_id, end, paid.get(account_id, ())):
                row = rows[standing.promise_id]
                if row["due_offset_minutes"] == offset:
                    kept = {name: row[name] for name in PROMISES if name in row}
                    yield {**kept, "status": str(standing.status), "paid_cents": standing.paid}


def _promise_holds(promises: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for promise in promises:
        if promise["status"] in ("pending", "due_today"):
            zone = timezone(timedelta(minutes=promise["due_offset_minutes"]))
            end = promise["due_at"].astimezone(zone) + timedelta(hours=promise["tolerance_hours"])
            made_on = promise["made_at"].astimezone(zone).date()
            yield {
                "person_id": promise["person_id"],
                "kind": "promise",
                "placed_on": made_on,
                "learned_on": made_on,
                "ends_on": end.date() + timedelta(days=1),
            }


def _collected_on(connection: Connection, as_of: date) -> Iterator[dict[str, Any]]:
    """Decisions that collection goes on: they hold nothing, and until their day no night asks a person again."""
    for row in desk.collected_on(connection, as_of):
        decided = {"placed_on": row["decided_on"], "learned_on": row["decided_on"], "ends_on": row["until_on"]}
        yield {"person_id": row["person_id"], "kind": COLLECT_ON, **decided}


def _one_per_key(holds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """HOLDS has one row per person, kind and first day: of several, the one that lasts longest."""
    kept: dict[tuple[str, str, date], dict[str, Any]] = {}
    for hold in holds:
        key = (hold["person_id"], hold["kind"], hold["placed_on"])
        if key not in kept or _until(hold) > _until(kept[key]):
            kept[key] = hold
    return [kept[key] for key in sorted(kept)]


def _until(hold: Mapping[str, Any]) -> date:
    return hold["ends_on"] or date.max


def _table(rows: list[dict[str, Any]], columns: Columns) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(columns))
