"""
SQL of the queue: find the next item, lock one, move it from state to state.

Reads:  a connection of the store, in a transaction that may write
Gives:  QueueItem, and rows moved
Never:  commits; decides who may claim (queue.claim does). Locks are taken person first, item second, everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, RowMapping, Select, and_, exists, or_, select, update

from arrears.kernel.reasons import Reason
from arrears.queue.claim import QueueItem, Status
from arrears.store.permits import PERMIT_BY, has_one, others_have_one
from arrears.store.schema import holds, queue_items

ITEM_COLUMNS = [PERMIT_BY if field.name == "permit_by" else queue_items.c[field.name] for field in fields(QueueItem)]
_LIVE = queue_items.c.status.in_([Status.WAITING, Status.CLAIMED])
_TRIES = 8


def item_of(row: RowMapping) -> QueueItem:
    """The QueueItem of a row of `queue_items`."""
    values: dict[str, Any] = {field.name: row[field.name] for field in fields(QueueItem)}
    values["account_ids"] = tuple(values["account_ids"])
    values["status"] = Status(values["status"])
    return QueueItem(**values)


def item_with_id(connection: Connection, queue_item_id: str, *, lock: bool) -> QueueItem | None:
    wanted = select(*ITEM_COLUMNS).where(queue_items.c.queue_item_id == queue_item_id)
    row = connection.execute(wanted.with_for_update(of=queue_items) if lock else wanted).mappings().one_or_none()
    return None if row is None else item_of(row)


def claimed_by(connection: Connection, collector_id: str, at: datetime) -> QueueItem | None:
    """The item this collector holds: the one claimed first, where there are several."""
    row = (
        connection.execute(
            select(*ITEM_COLUMNS)
            .where(
                queue_items.c.status == Status.CLAIMED,
                queue_items.c.claimed_by == collector_id,
                or_(queue_items.c.claimed_until > at, has_one(collector_id)),
            )
            .order_by(queue_items.c.claimed_at, queue_items.c.queue_item_id)
            .limit(1)
            .with_for_update(of=queue_items)
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else item_of(row)


def next_free(connection: Connection, collector_id: str, at: datetime) -> QueueItem | None:
    """
    The item that is free for this collector and to be worked first at `at`, locked. An item that another collector
    is taking this moment is passed over, not waited for.
    """
    for _ in range(_TRIES):
        waiting = _first(connection, collector_id, at, queue_items.c.status == Status.WAITING)
        over = and_(queue_items.c.status == Status.CLAIMED, queue_items.c.claimed_until <= at)
        lapsed = _first(connection, collector_id, at, over)
        found = [item for item in (waiting, lapsed) if item is not None]
        if found:
            return min(found, key=lambda item: (item.priority, item.queue_item_id))
        # A row that changed between being found and being locked gives an empty answer on PostgreSQL though
        # others are free; only when nothing is to be found without a lock is the queue empty.
        if connection.execute(_free(collector_id, at).limit(1)).first() is None:
            return None
    return None


def _first(connection: Connection, collector_id: str, at: datetime, which: ColumnElement[bool]) -> QueueItem | None:
    wanted = (
        _free(collector_id, at)
        .where(which)
        .order_by(queue_items.c.priority, queue_items.c.queue_item_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=queue_items)
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else item_of(row)


def _free(collector_id: str, at: datetime) -> Select[Any]:
    """
    Items nobody holds and that don't rest, whose lawful minutes contain `at`, of people who are not held, owe
    something, and whom no colleague has a permit to contact.
    """
    return select(*ITEM_COLUMNS).where(
        or_(
            queue_items.c.status == Status.WAITING,
            and_(queue_items.c.status == Status.CLAIMED, queue_items.c.claimed_until <= at),
        ),
        queue_items.c.not_before_at <= at,
        queue_items.c.not_after_at > at,
        queue_items.c.overdue_cents > 0,
        queue_items.c.for_decision.is_(False),
        or_(queue_items.c.rests_until.is_(None), queue_items.c.rests_until <= at),
        ~others_have_one(collector_id),
        ~exists().where(holds.c.person_id == queue_items.c.person_id, holding(at)),
    )


def holding(at: datetime) -> ColumnElement[bool]:
    """
    A hold in force somewhere on earth at `at`. Days are the person's own, so near midnight this errs towards
    holding; the gate looks at the person's own day.
    """
    earliest, latest = (at - timedelta(hours=12)).date(), (at + timedelta(hours=14)).date()
    return in_force(earliest, latest)


def in_force(earliest: date | BindParameter[date], latest: date | BindParameter[date]) -> ColumnElement[bool]:
    """Holds in force on any day from `earliest` to `latest`."""
    return and_(
        holds.c.lifted_at.is_(None),
        holds.c.placed_on <= latest,
        or_(holds.c.ends_on.is_(None), holds.c.ends_on > earliest),
    )


def is_held(connection: Connection, person_id: str, at: datetime) -> bool:
    """Whether any hold is in force for the person."""
    wanted = select(holds.c.hold_id).where(holds.c.person_id == person_id, holding(at)).limit(1)
    return connection.execute(wanted).first() is not None


def set_claim(connection: Connection, queue_item_id: str, by: str, at: datetime, until: datetime) -> None:
    _set(
        connection,
        queue_item_id,
        status=Status.CLAIMED,
        claimed_by=by,
        claimed_at=at,
        claimed_until=until,
        rests_until=None,
        rested_by=None,
    )


def renew_lease(connection: Connection, queue_item_id: str, until: datetime) -> None:
    _set(connection, queue_item_id, claimed_until=until)


def put_back(
    connection: Connection, queue_item_id: str, rests_until: datetime | None, rested_by: str | None = None
) -> None:
    """Waiting again; not offered before `rests_until`, and never outside its lawful minutes."""
    _set(
        connection,
        queue_item_id,
        status=Status.WAITING,
        claimed_by=None,
        claimed_at=None,
        claimed_until=None,
        rests_until=rests_until,
        rested_by=rested_by,
    )


def let_rest(connection: Connection, queue_item_id: str, rests_until: datetime) -> None:
    """Once its collector gives it back, or their lease ends, it is not offered before this instant."""
    _set(connection, queue_item_id, rests_until=rests_until)


def set_done(connection: Connection, queue_item_id: str, at: datetime, why: str | None) -> None:
    _set(
        connection,
        queue_item_id,
        status=Status.DONE,
        claimed_by=None,
        claimed_until=None,
        closed_at=at,
        closed_why=why,
    )


def withdraw(connection: Connection, person_id: str, reason: Reason, at: datetime) -> tuple[str, ...]:
    """Every live item of the person is withdrawn, claimed ones too; their ids."""
    gone = connection.execute(
        update(queue_items)
        .where(queue_items.c.person_id == person_id, _LIVE)
        .values(_withdrawn(reason, at))
        .returning(queue_items.c.queue_item_id)
    ).scalars()
    return tuple(sorted(gone))


def withdraw_other_nights(connection: Connection, night_id: str, at: datetime) -> tuple[str, ...]:
    """Every live item of another night is withdrawn, because a newer night has decided; their ids."""
    gone = connection.execute(
        update(queue_items)
        .where(queue_items.c.night_id != night_id, _LIVE)
        .values(_withdrawn(Reason.WITHDRAWN_NEXT_NIGHT, at))
        .returning(queue_items.c.queue_item_id)
    ).scalars()
    return tuple(sorted(gone))


def live_item_of(connection: Connection, person_id: str) -> QueueItem | None:
    """The person's live item, if there is one, without a lock."""
    wanted = select(*ITEM_COLUMNS).where(queue_items.c.person_id == person_id, _LIVE)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else item_of(row)


def live_items(connection: Connection, person_ids: Iterable[str]) -> list[QueueItem]:
    """The live items of these people (at most one each), locked."""
    wanted = (
        select(*ITEM_COLUMNS)
        .where(queue_items.c.person_id.in_(list(person_ids)), _LIVE)
        .order_by(queue_items.c.queue_item_id)
        .with_for_update(of=queue_items)
    )
    return [item_of(row) for row in connection.execute(wanted).mappings()]


def set_overdue(connection: Connection, queue_item_id: str, overdue_cents: int) -> None:
    _set(connection, queue_item_id, overdue_cents=overdue_cents)


def set_as_it_was(connection: Connection, queue_item_id: str, values: Mapping[str, Any]) -> None:
    """Back to what it was, for what was done by mistake a moment ago."""
    _set(connection, queue_item_id, **values)


def _withdrawn(reason: Reason, at: datetime) -> dict[str, Any]:
    return {
        "status": Status.WITHDRAWN,
        "claimed_by": None,
        "claimed_until": None,
        "closed_at": at,
        "withdrawn_reason": str(reason),
    }


def _set(connection: Connection, queue_item_id: str, **values: Any) -> None:
    connection.execute(update(queue_items).where(queue_items.c.queue_item_id == queue_item_id).values(values))
