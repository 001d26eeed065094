"""
SQL of handing the day back to the next night: what was done and learned, in the shapes of the book.

Reads:  a connection of `Store.read()`
Gives:  rows of book.table CONTACTS, CONTACT_POINTS, HOLDS and PAYMENTS, as mappings
Never:  gives back what came from a book, unless the day found it to be wrong; writes
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from arrears.kernel.number import country_of_zone, point_key
from arrears.law.local_time import local_date, plausible_zones
from arrears.store.schema import attempts, callbacks, contact_points, holds, payments, persons, promises


def day_contacts(connection: Connection, as_of: date) -> Iterator[dict[str, Any]]:
    """Attempts of the day up to and including `as_of`, in the shape of book.table.CONTACTS."""
    end = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) + timedelta(days=2)
    wanted = select(attempts).where(attempts.c.source == "day", attempts.c.at < end).order_by(attempts.c.attempt_id)
    for row in connection.execute(wanted).mappings():
        if (row["local_day"] or row["at"].date()) <= as_of:
            yield {
                "contact_id": row["attempt_id"],
                "person_id": row["recipient_id"],
                "account_id": row["account_ids"][0] if row["account_ids"] else None,
                "contact_point_id": row["contact_point_id"],
                "number": row["number"],
                "number_key": row["number"],
                "at": row["at"],
                "channel": row["channel"],
                "direction": row["direction"],
                "connected": row["connected"],
                "outcome": row["outcome"] or "not_recorded",
            }


def day_contact_points(connection: Connection, as_of: date) -> Iterator[dict[str, Any]]:
    """
    Contact points that the day took down, and those of a book that it found to be wrong, in the shape of book.table
    CONTACT_POINTS.
    """
    names = ("contact_point_id", "person_id", "channel", "value", "lawful_source", "obtained_on", "valid")
    c = contact_points.c
    wanted = (
        select(*(c[name] for name in names), c.added_at, persons.c.time_zone)
        .outerjoin(persons, persons.c.person_id == c.person_id)
        .where(or_(c.added_at.is_not(None), c.valid.is_(False)))
        .order_by(c.contact_point_id)
    )
    for row in connection.execute(wanted).mappings():
        places = plausible_zones(row["time_zone"])
        added_at = row["added_at"]
        if added_at and (local_date(added_at, places[0]) if places else added_at.date()) > as_of:
            continue
        country = country_of_zone(row["time_zone"]) or "CN"
        yield {
            **{name: row[name] for name in names},
            "number_key": point_key(row["channel"], row["value"], country),
        }


def day_holds(connection: Connection, as_of: date) -> Iterator[dict[str, Any]]:
    """
    Holds the day placed, in the shape of book.table.HOLDS with their hold_id and whether they are lifted; a lifted one
    ends on the day it was lifted.
    """
    wanted = (
        select(holds, persons.c.time_zone)
        .outerjoin(persons, persons.c.person_id == holds.c.person_id)
        .where(holds.c.source == "day", holds.c.learned_on <= as_of)
        .order_by(holds.c.person_id, holds.c.kind, holds.c.placed_on, holds.c.hold_id)
    )
    for row in connection.execute(wanted).mappings():
        ends_on = row["ends_on"]
        if row["lifted_at"] is not None:
            places = plausible_zones(row["time_zone"])
            lifted = local_date(row["lifted_at"], places[0]) if places else row["lifted_at"].date()
            ends_on = lifted if ends_on is None else min(ends_on, lifted)
        yield {
            "person_id": row["person_id"],
            "kind": row["kind"],
            "placed_on": row["placed_on"],
            "learned_on": row["learned_on"],
            "ends_on": ends_on,
            "hold_id": row["hold_id"],
            "lifted": row["lifted_at"] is not None,
        }


def day_agreed_times(connection: Connection, as_of: date) -> Iterator[dict[str, Any]]:
    """
    The time each debtor last asked to be contacted at, as a hold until that day where they are: a night of an earlier
    day plans nothing for them, and on the day itself the hour is the gate's.
    """
    wanted = (
        select(callbacks, persons.c.time_zone)
        .outerjoin(persons, persons.c.person_id == callbacks.c.person_id)
        .where(callbacks.c.taken_back_at.is_(None), callbacks.c.person_id == callbacks.c.debtor_id)
        .order_by(callbacks.c.person_id, callbacks.c.asked_at, callbacks.c.not_before_at)
    )
    latest: dict[str, dict[str, Any]] = {}
    for row in connection.execute(wanted).mappings():
        places = plausible_zones(row["time_zone"])
        asked_on, agreed_on = (
            local_date(row[name], places[0]) if places else row[name].date() for name in ("asked_at", "not_before_at")
        )
        if asked_on <= as_of:
            latest[row["person_id"]] = {
                "person_id": row["person_id"],
                "kind": "agreed_time",
                "placed_on": asked_on,
                "learned_on": asked_on,
                "ends_on": agreed_on,
            }
    yield from (row for row in latest.values() if row["ends_on"] > row["placed_on"])


def day_payments(connection: Connection, as_of: date) -> Iterator[dict[str, Any]]:
    """Payments the day received up to and including `as_of`, in the shape of book.table.PAYMENTS."""
    names = ("payment_id", "account_id", "paid_on", "learned_on", "amount_cents", "reversed_on", "designation")
    wanted = (
        select(*(payments.c[name] for name in names))
        .where(payments.c.source == "day", payments.c.learned_on <= as_of)
        .order_by(payments.c.payment_id)
    )
    for row in connection.execute(wanted).mappings():
        yield dict(row)


def accounts_with_promises(connection: Connection) -> list[str]:
    """Accounts that ever had a promise."""
    return list(connection.execute(select(promises.c.account_id).distinct().order_by(promises.c.account_id)).scalars())
