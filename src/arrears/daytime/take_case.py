"""
Take a case from the queue, and give it back.

Reads:  the store
Gives:  the QueueItem claimed, or NotClaimed with why
Never:  gives one item to two collectors, or one person's case to anybody while it is held or nothing is overdue.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.queue.claim import LEASE, NotClaimed, QueueItem, Status, WhyNot, why_not
from arrears.store import people, queue
from arrears.store.evidence import About, append
from arrears.store.open import Store


def take_next(store: Store, collector_id: str, *, at: datetime, lease: timedelta = LEASE) -> QueueItem | None:
    """
    The collector's own claimed item if there is one; else the next one in order of priority, claimed.

    Only items whose lawful minutes contain `at` (not_before_at ≤ at < not_after_at); persons on hold and persons
    with nothing overdue are skipped; an item whose lease is over is free again. None when nothing can be worked now.
    Raises Unusable `collector_unknown`.
    """
    must_be_aware(at)

    def work(connection: Connection) -> QueueItem | None:
        _one_at_a_time(connection, collector_id)
        own = queue.claimed_by(connection, collector_id, at)
        if own is not None:
            queue.renew_lease(connection, own.queue_item_id, at + lease)
            return queue.item_with_id(connection, own.queue_item_id, lock=False)
        item = queue.next_free(connection, at)
        return None if item is None else _claimed(connection, item, collector_id, at, lease)

    return in_one_transaction(store, work)


def claim(
    store: Store, queue_item_id: str, collector_id: str, *, at: datetime, lease: timedelta = LEASE
) -> QueueItem | NotClaimed:
    """Claim one item by name, or renew the lease of one already held."""
    must_be_aware(at)

    def work(connection: Connection) -> QueueItem | NotClaimed:
        _one_at_a_time(connection, collector_id)
        item = queue.item_with_id(connection, queue_item_id, lock=True)
        if item is None:
            return NotClaimed(queue_item_id, WhyNot.GONE)
        why = why_not(item, collector_id, at, held=queue.is_held(connection, item.person_id, at))
        if why is not None:
            return _not_claimed(item, why)
        if item.held_by(collector_id, at):
            queue.renew_lease(connection, queue_item_id, at + lease)
            return _again(connection, item)
        return _claimed(connection, item, collector_id, at, lease)

    return in_one_transaction(store, work)


def release(
    store: Store, queue_item_id: str, collector_id: str, *, at: datetime, not_before_at: datetime | None = None
) -> QueueItem | NotClaimed:
    """Back into the queue; not offered again before `not_before_at` where one is given."""
    must_be_aware(at)

    def work(connection: Connection) -> QueueItem | NotClaimed:
        item = queue.item_with_id(connection, queue_item_id, lock=True)
        if item is None or not _is_mine(item, collector_id):
            return _not_mine(item, queue_item_id)
        queue.put_back(connection, queue_item_id, not_before_at)
        append(connection, [case_fact("case_released", item, collector_id, at)])
        return _again(connection, item)

    return in_one_transaction(store, work)


def finish(store: Store, queue_item_id: str, collector_id: str, *, at: datetime) -> QueueItem | NotClaimed:
    """Worked for today: the item is done."""
    must_be_aware(at)

    def work(connection: Connection) -> QueueItem | NotClaimed:
        item = queue.item_with_id(connection, queue_item_id, lock=True)
        if item is None or not _is_mine(item, collector_id):
            return _not_mine(item, queue_item_id)
        queue.set_done(connection, queue_item_id, at)
        append(connection, [case_fact("case_finished", item, collector_id, at)])
        return _again(connection, item)

    return in_one_transaction(store, work)


def case_fact(kind: str, item: QueueItem, by: str, at: datetime, **more: Json) -> About:
    """A fact about a queue item."""
    body: dict[str, Json] = {"queue_item_id": item.queue_item_id, "person_id": item.person_id, "by": by, **more}
    return About(item.queue_item_id, Fact(kind, at, body))


def _one_at_a_time(connection: Connection, collector_id: str) -> None:
    """A collector who presses the key twice takes one case, not two."""
    if not people.lock_user(connection, collector_id):
        raise unusable(
            "collector_unknown",
            f"user {collector_id!r}",
            "is not an active user.",
            "A case is worked by a person who is on record.",
            "Create the user first, or sign in again.",
        )


def _claimed(connection: Connection, item: QueueItem, collector_id: str, at: datetime, lease: timedelta) -> QueueItem:
    queue.set_claim(connection, item.queue_item_id, collector_id, at, at + lease)
    append(connection, [case_fact("case_claimed", item, collector_id, at)])
    return _again(connection, item)


def _again(connection: Connection, item: QueueItem) -> QueueItem:
    """The item as it is now."""
    now = queue.item_with_id(connection, item.queue_item_id, lock=False)
    if now is None:
        raise AssertionError(f"{item.queue_item_id} was locked and is gone")
    return now


def _is_mine(item: QueueItem, collector_id: str) -> bool:
    """Still this collector's, even where the lease has just run out: nobody else has taken it."""
    return item.status is Status.CLAIMED and item.claimed_by == collector_id


def _not_mine(item: QueueItem | None, queue_item_id: str) -> NotClaimed:
    if item is None or not item.status.is_live:
        return NotClaimed(queue_item_id, WhyNot.GONE)
    return _not_claimed(item, WhyNot.CLAIMED_BY_ANOTHER)


def _not_claimed(item: QueueItem, why: WhyNot) -> NotClaimed:
    another = why is WhyNot.CLAIMED_BY_ANOTHER
    return NotClaimed(
        item.queue_item_id, why, item.claimed_by if another else None, item.claimed_until if another else None
    )
