"""
Take a case from the queue, and give it back.

Reads:  the store
Gives:  the QueueItem claimed, or NotClaimed with why
Never:  gives one item to two collectors, or one person's case to anybody while it is held or nothing is overdue.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from arrears.queue.claim import LEASE, NotClaimed, QueueItem
from arrears.store.open import Store


def take_next(store: Store, collector_id: str, *, at: datetime, lease: timedelta = LEASE) -> QueueItem | None:
    """
    The collector's own claimed item if there is one; else the next one in order of priority, claimed.

    Only items whose lawful minutes contain `at` (not_before_at ≤ at < not_after_at); persons on hold and persons
    with nothing overdue are skipped; an item whose lease is over is free again. None when nothing can be worked now.
    """
    raise NotImplementedError


def claim(
    store: Store, queue_item_id: str, collector_id: str, *, at: datetime, lease: timedelta = LEASE
) -> QueueItem | NotClaimed:
    """Claim one item by name, or renew the lease of one already held."""
    raise NotImplementedError


def release(
    store: Store, queue_item_id: str, collector_id: str, *, at: datetime, not_before_at: datetime | None = None
) -> QueueItem | NotClaimed:
    """Back into the queue; not offered again before `not_before_at` where one is given."""
    raise NotImplementedError


def finish(store: Store, queue_item_id: str, collector_id: str, *, at: datetime) -> QueueItem | NotClaimed:
    """Worked for today: the item is done."""
    raise NotImplementedError
