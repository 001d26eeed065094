"""
Where every promise of an account stands, and every instalment of its plans: one clock for both.

Reads:  the store: promises, payment plans and payments of one account
Gives:  standings by the promise clock
Never:  counts a payment twice: an instalment is a promise to pay, so money goes to what is due first, whichever it is;
        and what is agreed later takes the place of what was promised before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.outcome.payment_plan import TOLERANCE_HOURS, PlanStatus, held_until, status_of
from arrears.outcome.promise_clock import Payment, Promise, Standing, standings
from arrears.store import outcome, plans

OF_PLAN = "/"
"""Stands between a plan's id and the number of its instalment, where the clock knows it as a promise."""


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """Where one plan stands: its row, its status, the first day it holds no more, and each instalment's standing."""

    row: RowMapping
    status: PlanStatus
    held_until: date | None
    instalments: tuple[tuple[date, int, Standing], ...]

    @property
    def paid(self) -> int:
        return sum(standing.paid for _, _, standing in self.instalments)


def promises_at(
    connection: Connection, account_id: str, as_of: datetime, more: Iterable[Mapping[str, Any]] = ()
) -> list[Standing]:
    """
    Where every promise of the account stands at `as_of`, in the order made, by the promise clock. `more` are payments
    of a book that the store has not taken in.

    A payment of which the book gives only the day counts from the end of that day at the place of the promise: it
    is never taken as earlier than it can have been.
    """
    return [one for one in _clock(connection, account_id, as_of, more) if OF_PLAN not in one.promise_id]


def plans_at(
    connection: Connection, account_id: str, as_of: datetime, more: Iterable[Mapping[str, Any]] = ()
) -> list[PlanStanding]:
    """Where every plan of the account stands at `as_of`, in the order agreed."""
    rows = [row for row in plans.plans_of(connection, account_id) if row["agreed_at"] <= as_of]
    if not rows:
        return []
    by_id = {one.promise_id: one for one in _clock(connection, account_id, as_of, more)}
    found = []
    for row in rows:
        lines = tuple(
            (line["due_on"], line["amount_cents"], by_id[_key(line)])
            for line in plans.instalments_of(connection, row["payment_plan_id"])
            if _key(line) in by_id
        )
        open_days = [(due_on, standing.status) for due_on, _, standing in lines]
        ended = row["ended_at"] is not None and row["ended_at"] <= as_of
        status = PlanStatus(row["ended_why"]) if ended else status_of([standing.status for _, _, standing in lines])
        runs = status is PlanStatus.RUNNING
        found.append(PlanStanding(row, status, held_until(open_days) if runs else None, lines))
    return found


def running_plan(connection: Connection, account_id: str, as_of: datetime) -> PlanStanding | None:
    """The plan that is being kept on the account."""
    return next((one for one in plans_at(connection, account_id, as_of) if one.status is PlanStatus.RUNNING), None)


def promise_of(row: RowMapping) -> Promise:
    """A row of `promises` as the clock reads it."""
    zone = timezone(timedelta(minutes=row["due_offset_minutes"]))
    return Promise(
        promise_id=row["promise_id"],
        made_at=row["made_at"],
        amount=row["amount_cents"],
        due_at=row["due_at"].astimezone(zone),
        tolerance_hours=row["tolerance_hours"],
    )


def instalment_promise(plan: RowMapping, line: RowMapping) -> Promise:
    """An instalment as the clock reads it: promised when the plan was agreed, due by the end of its day."""
    zone = timezone(timedelta(minutes=plan["offset_minutes"]))
    return Promise(
        promise_id=_key(line),
        made_at=plan["agreed_at"],
        amount=line["amount_cents"],
        due_at=datetime.combine(line["due_on"], time.max, zone),
        tolerance_hours=TOLERANCE_HOURS,
    )


def _key(line: RowMapping) -> str:
    return f"{line['payment_plan_id']}{OF_PLAN}{line['instalment_no']}"


def _clock(
    connection: Connection, account_id: str, as_of: datetime, more: Iterable[Mapping[str, Any]]
) -> list[Standing]:
    made = [row for row in outcome.promises_of(connection, account_id) if row["made_at"] <= as_of]
    promises = [promise_of(row) for row in made]
    offsets = [row["due_offset_minutes"] for row in made]
    for plan in plans.plans_of(connection, account_id):
        if plan["agreed_at"] <= as_of:
            offsets.append(plan["offset_minutes"])
            promises += _promises_of_plan(connection, plan)
    if not promises:
        return []
    return standings(promises, payments_known(connection, account_id, offsets[0], more), as_of)


def _promises_of_plan(connection: Connection, plan: RowMapping) -> list[Promise]:
    """Its instalments; of one that another decision ended, those that were due by then."""
    lines = [instalment_promise(plan, line) for line in plans.instalments_of(connection, plan["payment_plan_id"])]
    if plan["ended_why"] == PlanStatus.ENDED:
        return [line for line in lines if line.due_at <= plan["ended_at"]]
    return lines


def payments_known(
    connection: Connection, account_id: str, offset_minutes: int, more: Iterable[Mapping[str, Any]] = ()
) -> list[Payment]:
    """Every payment of the account that stands, as the clock reads it."""
    zone = timezone(timedelta(minutes=offset_minutes))
    rows: list[Mapping[str, Any] | RowMapping] = [*more, *outcome.payments_of(connection, account_id)]
    by_id = {row["payment_id"]: row for row in rows}
    reversed_since = {row["payment_id"] for row in more if row.get("reversed_on") is not None}
    return [
        Payment(
            row["amount_cents"],
            row.get("paid_at")
            or datetime(row["paid_on"].year, row["paid_on"].month, row["paid_on"].day, 23, 59, 59, tzinfo=zone),
        )
        for payment_id, row in by_id.items()
        if payment_id not in reversed_since
    ]
