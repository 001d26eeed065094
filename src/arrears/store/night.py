"""
SQL of publishing a night: the book's people and figures, the contact history, plan and queue, in one transaction.

Reads:  Arrow batches of the book and of the night, staged beside the tables
Gives:  rows as of the night, with what the day knows kept: payments it received, holds it placed, numbers it found
        to be wrong
Never:  commits; removes anything the day made
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from arrears.contact.number import counted_at
from arrears.kernel.ids import derived_id
from arrears.kernel.number import KINDS
from arrears.kernel.reasons import Reason
from arrears.law.local_time import local_date, plausible_zones
from arrears.queue.claim import Status
from arrears.store import bulk
from arrears.store.queue import holding
from arrears.store.schema import (
    accounts,
    attempts,
    callbacks,
    contact_points,
    holds,
    instalments,
    nights,
    parties,
    pauses,
    payments,
    persons,
    plan,
    queue_items,
)

Batches = Iterable[pa.RecordBatch]

PERSONS = tuple(column.name for column in persons.columns)
PARTIES = ("account_id", "person_id", "role", "liability")
POINTS = ("contact_point_id", "person_id", "channel", "value", "lawful_source", "obtained_on", "valid")
FROM_BOOK = ("opened_on", "matures_on", "annual_rate_bps", "installment_cents", "limit_cents")
FROM_AGED = (
    "account_id",
    "person_id",
    "lender_id",
    "product",
    "currency",
    "loan_status",
    "age_source",
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_on",
    "overdue_cents",
    "overdue_principal_cents",
    "overdue_interest_cents",
    "overdue_fee_cents",
    "overdue_penalty_cents",
    "outstanding_cents",
    "lender_balance_cents",
    "balance_reason",
    "bucket",
    "risk_class",
    "paused",
)
UNKNOWN_NOW = (
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_on",
    "overdue_cents",
    "overdue_principal_cents",
    "overdue_interest_cents",
    "overdue_fee_cents",
    "overdue_penalty_cents",
    "lender_balance_cents",
    "balance_reason",
    "bucket",
    "risk_class",
)
"""What is not known of an account that the newest book no longer has."""


def nights_of_day(connection: Connection, as_of: date) -> list[Any]:
    """The published nights of that day, in the order published: more than one where it was decided anew."""
    wanted = select(nights).where(nights.c.as_of == as_of).order_by(nights.c.published_at, nights.c.night_id)
    return list(connection.execute(wanted).mappings())


def latest_day(connection: Connection) -> date | None:
    """The newest day a night was published for."""
    day: date | None = connection.execute(select(func.max(nights.c.as_of))).scalar()
    return day


def add_night(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(nights).values(dict(values)))


def load_persons(connection: Connection, batches: Batches) -> int:
    """People of the book; they are written over, by id."""
    staged = bulk.stage(connection, persons, PERSONS, bulk.rows_of(batches, PERSONS))
    bulk.merge(connection, persons, staged, ["person_id"])
    bulk.drop(connection, staged)
    return staged.rows


def load_accounts(
    connection: Connection, aged: Batches, book: Mapping[str, Sequence[Any]], night_id: str, as_of: date
) -> int:
    """
    The night's figures of every account, with `book` (account_id to the columns of FROM_BOOK). Accounts of earlier
    books that this one lacks are kept for their history, and their figures become unknown.
    """
    nothing = (None,) * len(FROM_BOOK)

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in bulk.rows_of(aged, FROM_AGED):
            yield (*row, *book.get(row[0], nothing), night_id, as_of)

    staged = bulk.stage(connection, accounts, (*FROM_AGED, *FROM_BOOK, "night_id", "as_of"), rows())
    bulk.merge(connection, accounts, staged, ["account_id"])
    connection.execute(
        update(accounts)
        .where(accounts.c.night_id != night_id)
        .values({"loan_status": "left_the_book", **dict.fromkeys(UNKNOWN_NOW)})
    )
    bulk.drop(connection, staged)
    _add_unnamed_people(connection)
    return staged.rows


def _add_unnamed_people(connection: Connection) -> None:
    """A borrower of whom the book sends no more than an id is a person of whom nothing is known."""
    known = exists().where(persons.c.person_id == accounts.c.person_id)
    unnamed = select(accounts.c.person_id).where(accounts.c.person_id.is_not(None), ~known).distinct()
    connection.execute(insert(persons).from_select(["person_id"], unnamed))


def load_parties(connection: Connection, batches: Batches) -> None:
    """Who has a part in which account: the book's word replaces the earlier one."""
    staged = bulk.stage(connection, parties, PARTIES, bulk.rows_of(batches, PARTIES))
    connection.execute(delete(parties).where(parties.c.account_id.in_(select(staged.table.c.account_id))))
    bulk.merge(connection, parties, staged, ["account_id", "person_id", "role"])
    bulk.drop(connection, staged)


def load_contact_points(connection: Connection, batches: Batches) -> None:
    """
    Numbers and addresses as the book has them now. One it no longer has is not used any more. One whose value is
    the same keeps its salt, and stays wrong where the day found it to be wrong.
    """

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in bulk.rows_of(batches, POINTS):
            yield (*row, os.urandom(32))

    staged = bulk.stage(connection, contact_points, (*POINTS, "salt"), rows())
    now = contact_points.c
    bulk.merge(
        connection,
        contact_points,
        staged,
        ["contact_point_id"],
        keep={
            "salt": lambda new: case((now.value == new.value, now.salt), else_=new.salt),
            "valid": lambda new: case((and_(now.value == new.value, now.valid.is_(False)), now.valid), else_=new.valid),
        },
    )
    there = exists().where(staged.table.c.contact_point_id == now.contact_point_id)
    connection.execute(delete(contact_points).where(~there, now.added_at.is_(None)))
    bulk.drop(connection, staged)


def load_contacts(connection: Connection, batches: Batches, zones: Mapping[str, str | None]) -> int:
    """
    The lender's contact history. Whose debt a contact was about follows from its account; without one, from the
    accounts of the person reached. `zones` is person_id to time zone. What the day made is never written over.
    """
    columns = (
        "attempt_id",
        "source",
        "at",
        "local_day",
        "channel",
        "direction",
        "purpose",
        "debtor_id",
        "recipient_id",
        "account_ids",
        "contact_point_id",
        "number",
        "connected",
        "outcome",
    )
    wanted = (
        "contact_id",
        "person_id",
        "account_id",
        "contact_point_id",
        "number",
        "at",
        "channel",
        "direction",
        "connected",
        "outcome",
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for (
            contact_id,
            person_id,
            account_id,
            point_id,
            number,
            at,
            channel,
            direction,
            connected,
            outcome,
        ) in bulk.rows_of(batches, wanted):
            places = plausible_zones(zones.get(person_id))
            yield (
                contact_id,
                "book",
                at,
                local_date(at, places[0]) if places else None,
                channel,
                direction,
                "collect",
                person_id,
                person_id,
                [] if account_id is None else [account_id],
                point_id,
                None if number is None else counted_at(KINDS[channel], number, zones.get(person_id)),
                connected,
                outcome,
            )

    staged = bulk.stage(connection, attempts, columns, rows())
    given, party_account = staged.table.c, accounts.alias()
    by_account = select(accounts.c.person_id).where(accounts.c.account_id == given.account_ids[0].as_string())
    own = select(func.min(accounts.c.person_id)).where(accounts.c.person_id == given.recipient_id)
    by_part = (
        select(func.min(party_account.c.person_id))
        .join(parties, parties.c.account_id == party_account.c.account_id)
        .where(parties.c.person_id == given.recipient_id)
    )
    debtor = (query.scalar_subquery() for query in (by_account, own, by_part))
    connection.execute(update(staged.table).values(debtor_id=func.coalesce(*debtor, given.recipient_id)))
    # The lender may send our own attempts back; of those the store knows more.
    bulk.merge(connection, attempts, staged, ["attempt_id"], keep=_unless_of_the_day(attempts, columns))
    bulk.drop(connection, staged)
    return staged.rows


def _unless_of_the_day(table: Table, columns: Iterable[str]) -> bulk.Keep:
    """The book's word for these columns, except in a row that the day made."""

    def kept(name: str) -> Callable[[Any], ColumnElement[Any]]:
        return lambda new: case((table.c.source == "day", table.c[name]), else_=new[name])

    return {name: kept(name) for name in columns}


def load_schedules(connection: Connection, instalment_batches: Batches, account_ids: Sequence[str]) -> None:
    """The schedules of these accounts, in place of what was known of them."""
    columns = tuple(column.name for column in instalments.columns)
    staged = bulk.stage(connection, instalments, columns, bulk.rows_of(instalment_batches, columns))
    for some in _in_parts(account_ids):
        connection.execute(delete(instalments).where(instalments.c.account_id.in_(some)))
    bulk.merge(connection, instalments, staged, ["account_id", "instalment_no"])
    bulk.drop(connection, staged)


def load_pauses(connection: Connection, batches: Batches, account_ids: Sequence[str]) -> None:
    columns = ("account_id", "start_on", "reason", "end_on", "learned_on")
    staged = bulk.stage(connection, pauses, columns, bulk.rows_of(batches, columns))
    for some in _in_parts(account_ids):
        connection.execute(delete(pauses).where(pauses.c.account_id.in_(some)))
    bulk.merge(connection, pauses, staged, ["account_id", "start_on", "reason"])
    bulk.drop(connection, staged)


def load_payments(connection: Connection, batches: Batches, currencies: Mapping[str, str]) -> None:
    """
    The book's payments. One that the day received keeps what the day knows of it (the minute, the split), and takes
    the book's word that it was reversed.
    """
    wanted = ("payment_id", "account_id", "paid_on", "learned_on", "amount_cents", "reversed_on", "designation")

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in bulk.rows_of(batches, wanted):
            if row[4] > 0:
                yield (*row, currencies[row[1]], "book")

    staged = bulk.stage(connection, payments, (*wanted, "currency", "source"), rows())
    of_the_day = [name for name in (*wanted, "currency", "source") if name != "reversed_on"]
    bulk.merge(connection, payments, staged, ["payment_id"], keep=_unless_of_the_day(payments, of_the_day))
    bulk.drop(connection, staged)


def load_holds(connection: Connection, batches: Batches, as_of: date) -> None:
    """Holds of the book. One that an earlier book had and this one lacks ends on the day of this book."""
    wanted = ("person_id", "kind", "placed_on", "learned_on", "ends_on")

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in bulk.rows_of(batches, wanted):
            yield (derived_id("hold", *row[:3]), *row, "book")

    staged = bulk.stage(connection, holds, ("hold_id", *wanted, "source"), rows())
    bulk.merge(connection, holds, staged, ["hold_id"])
    # A hold that the lender's newest book still has holds, whoever lifted it here in the meantime.
    listed = select(staged.table.c.hold_id)
    connection.execute(
        update(holds).where(holds.c.hold_id.in_(listed)).values(lifted_at=None, lifted_by=None, lifted_why=None)
    )
    connection.execute(
        update(holds)
        .where(
            holds.c.source == "book",
            or_(holds.c.ends_on.is_(None), holds.c.ends_on > as_of),
            holds.c.hold_id.not_in(listed),
        )
        .values(ends_on=as_of)
    )
    bulk.drop(connection, staged)


def load_plan(connection: Connection, batches: Batches, night_id: str) -> int:
    """Every row of the plan."""
    columns = tuple(column.name for column in plan.columns if column.name != "night_id")
    rows = ((*row, night_id) for row in bulk.rows_of(batches, columns))
    staged = bulk.stage(connection, plan, (*columns, "night_id"), rows)
    bulk.merge(connection, plan, staged, ["night_id", "account_id"])
    bulk.drop(connection, staged)
    return staged.rows


def load_queue(
    connection: Connection, batches: Batches, night_id: str, at: datetime, for_decision: Collection[str] = ()
) -> int:
    """
    The queue, waiting; what the day knows of holds and payments keeps people out, visibly. Items of a treatment that a
    person decides lie on the desk.
    """
    columns = (
        "queue_item_id",
        "person_id",
        "lead_account_id",
        "account_ids",
        "treatment",
        "channel",
        "priority",
        "not_before_at",
        "not_after_at",
        "overdue_cents",
        "currency",
        "days_past_due",
        "bucket",
        "stage",
        "value_cents",
        "policy_id",
        "law_id",
    )
    of_treatment = columns.index("treatment")
    rows = (
        (*row, night_id, str(Status.WAITING), row[of_treatment] in for_decision)
        for row in bulk.rows_of(batches, columns)
    )
    staged = bulk.stage(connection, queue_items, (*columns, "night_id", "status", "for_decision"), rows)
    bulk.merge(connection, queue_items, staged, ["queue_item_id"])
    bulk.drop(connection, staged)
    mine = (queue_items.c.night_id == night_id) & (queue_items.c.status == Status.WAITING)
    held = select(holds.c.person_id).where(holding(at))
    _withdraw(connection, mine & queue_items.c.person_id.in_(held), Reason.WITHDRAWN_HOLD, at)
    return staged.rows


def let_rest_until_agreed(connection: Connection, night_id: str) -> None:
    """Waiting items of people who asked for a time rest until the one they asked for last."""
    wanted = (
        select(callbacks.c.person_id, callbacks.c.not_before_at)
        .where(callbacks.c.taken_back_at.is_(None), callbacks.c.person_id == callbacks.c.debtor_id)
        .order_by(callbacks.c.asked_at, callbacks.c.not_before_at)
    )
    for person_id, until in {row.person_id: row.not_before_at for row in connection.execute(wanted)}.items():
        connection.execute(
            update(queue_items)
            .where(
                queue_items.c.night_id == night_id,
                queue_items.c.person_id == person_id,
                queue_items.c.status == Status.WAITING,
                queue_items.c.not_before_at < until,
            )
            .values(rests_until=until)
        )


def withdraw_paid(connection: Connection, night_id: str, at: datetime) -> None:
    """Items whose accounts have nothing overdue any more."""
    mine = (queue_items.c.night_id == night_id) & (queue_items.c.status == Status.WAITING)
    _withdraw(connection, mine & (queue_items.c.overdue_cents <= 0), Reason.WITHDRAWN_PAID, at)


def _withdraw(connection: Connection, which: Any, reason: Reason, at: datetime) -> None:
    connection.execute(
        update(queue_items).where(which).values(status=Status.WITHDRAWN, withdrawn_reason=str(reason), closed_at=at)
    )


def payments_since(connection: Connection, as_of: date) -> list[Any]:
    """Payments the day received on or after that day and that stand, on accounts of that day's book."""
    wanted = (
        select(payments)
        .join(accounts, accounts.c.account_id == payments.c.account_id)
        .where(
            payments.c.source == "day",
            payments.c.reversed_on.is_(None),
            payments.c.learned_on >= as_of,
            accounts.c.as_of == as_of,
        )
        .order_by(payments.c.received_at, payments.c.payment_id)
    )
    return list(connection.execute(wanted).mappings())


def items_of_people(connection: Connection, night_id: str, person_ids: Iterable[str]) -> list[Any]:
    """Waiting items of the night for these people."""
    found = []
    for some in _in_parts(sorted(set(person_ids))):
        wanted = select(queue_items.c.queue_item_id, queue_items.c.account_ids).where(
            queue_items.c.night_id == night_id,
            queue_items.c.status == Status.WAITING,
            queue_items.c.person_id.in_(some),
        )
        found += list(connection.execute(wanted).mappings())
    return found


def _in_parts(values: Sequence[str], size: int = 900) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
