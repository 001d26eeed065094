"""
SQL of the lists a supervisor keeps an eye on: holds in force, permits that are open, cases that rest.

Reads:  a connection of `Store.read()`
Gives:  rows as mappings of column name to value
Never:  writes, or asks once per row
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from arrears.store.permits import IS_OPEN
from arrears.store.queue import holding
from arrears.store.schema import attempts, holds, persons, queue_items, users

LISTED_MAX = 500
"""Rows of one list; the pages and commands say so where there are more."""


def holds_in_force(
    connection: Connection, at: datetime, *, person_id: str | None = None, kind: str | None = None
) -> Sequence[RowMapping]:
    """Holds in force somewhere on earth at `at`, the oldest first, with the person's name."""
    wanted = (
        select(holds, persons.c.name)
        .outerjoin(persons, persons.c.person_id == holds.c.person_id)
        .where(holding(at))
        .order_by(holds.c.placed_on, holds.c.hold_id)
        .limit(LISTED_MAX)
    )
    if person_id is not None:
        wanted = wanted.where(holds.c.person_id == person_id)
    if kind is not None:
        wanted = wanted.where(holds.c.kind == kind)
    return connection.execute(wanted).mappings().all()


def open_permits(connection: Connection) -> Sequence[RowMapping]:
    """Attempts that wait for their outcome, the oldest first, with who made them and the person's live case."""
    live = queue_items.c.status.in_(("waiting", "claimed"))
    wanted = (
        select(
            attempts.c.attempt_id,
            attempts.c.at,
            attempts.c.channel,
            attempts.c.collector_id,
            attempts.c.debtor_id,
            attempts.c.queue_item_id,
            queue_items.c.queue_item_id.label("live_item_id"),
            persons.c.name.label("person_name"),
            persons.c.time_zone,
            users.c.name.label("collector_name"),
        )
        .outerjoin(queue_items, (queue_items.c.person_id == attempts.c.debtor_id) & live)
        .outerjoin(persons, persons.c.person_id == attempts.c.debtor_id)
        .outerjoin(users, users.c.user_id == attempts.c.collector_id)
        .where(IS_OPEN)
        .order_by(attempts.c.at, attempts.c.attempt_id)
        .limit(LISTED_MAX)
    )
    return connection.execute(wanted).mappings().all()


def resting(connection: Connection, at: datetime, rested_by: str | None = None) -> Sequence[RowMapping]:
    """Waiting cases that rest at `at`, the first to come back first; those one collector put to rest, or all."""
    wanted = (
        select(queue_items, persons.c.name, persons.c.time_zone)
        .outerjoin(persons, persons.c.person_id == queue_items.c.person_id)
        .where(queue_items.c.status == "waiting", queue_items.c.rests_until > at)
        .order_by(queue_items.c.rests_until, queue_items.c.queue_item_id)
        .limit(LISTED_MAX)
    )
    if rested_by is not None:
        wanted = wanted.where(queue_items.c.rested_by == rested_by)
    return connection.execute(wanted).mappings().all()
