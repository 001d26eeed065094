"""
SQL of open permits: attempts of the day that were permitted and whose outcome nobody has recorded yet.

Reads:  a connection of the store
Gives:  OpenPermit; who has one open for the person of a queue item, as a column
Never:  writes; ends a permit by the clock. A permit ends by an outcome, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select

from arrears.store.schema import attempts, permits, queue_items

# Words of the schema, not parameters, so that a prepared statement too finds the index over open permits.
IS_OPEN: ColumnElement[bool] = and_(
    attempts.c.source == literal_column("'day'"),
    attempts.c.direction == literal_column("'outbound'"),
    attempts.c.outcome.is_(None),
)

PERMIT_BY = (
    select(func.min(attempts.c.collector_id))
    .where(attempts.c.debtor_id == queue_items.c.person_id, IS_OPEN)
    .correlate(queue_items)
    .scalar_subquery()
    .label("permit_by")
)
"""The collector with a permit open for the item's person; null where there is none."""


@dataclass(frozen=True, slots=True)
class OpenPermit:
    """One attempt that may be under way at this minute."""

    attempt_id: str
    at: datetime
    collector_id: str | None
    debtor_id: str
    recipient_id: str


COLUMNS = [attempts.c[name].label(name) for name in ("attempt_id", "at", "collector_id", "debtor_id", "recipient_id")]


def open_for(connection: Connection, person_ids: Iterable[str]) -> tuple[OpenPermit, ...]:
    """Permits open about these people's debts or towards them, oldest first."""
    people = sorted(set(person_ids))
    wanted = (
        select(*COLUMNS)
        .where(or_(attempts.c.debtor_id.in_(people), attempts.c.recipient_id.in_(people)), IS_OPEN)
        .order_by(attempts.c.at, attempts.c.attempt_id)
    )
    return tuple(OpenPermit(*row) for row in connection.execute(wanted))


def permit_of(connection: Connection, attempt_id: str) -> tuple[str, str]:
    """(permit_id, law_id) of an attempt of the day."""
    wanted = select(permits.c.permit_id, permits.c.law_id).where(permits.c.attempt_id == attempt_id)
    row = connection.execute(wanted).one()
    return row.permit_id, row.law_id


def has_one(collector_id: str) -> ColumnElement[bool]:
    """Whether this collector has a permit open for the person of a queue item."""
    return _of_item(attempts.c.collector_id == collector_id)


def others_have_one(collector_id: str) -> ColumnElement[bool]:
    """Whether somebody other than this collector has."""
    return _of_item(attempts.c.collector_id != collector_id)


def its_collector_has_one() -> ColumnElement[bool]:
    """Whether whoever holds the queue item has a permit open for its person: then the lease does not end."""
    return _of_item(attempts.c.collector_id == queue_items.c.claimed_by)


def _of_item(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = select(attempts.c.attempt_id).where(attempts.c.debtor_id == queue_items.c.person_id, IS_OPEN, whose)
    return mine.correlate(queue_items).exists()
