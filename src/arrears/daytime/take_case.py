"""
Take a case from the queue, and give it back.

Reads:  the store
Gives:  the QueueItem claimed, or NotClaimed with why
Never:  gives one item to two collectors, or one person's case to anybody while it is held or nothing is overdue.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.queue.claim import (
    FINISHED_WHY,
    LEASE,
    RETRY_AFTER,
    NotClaimed,
    QueueItem,
    Status,
    WhyNot,
    why_not,
)
from arrears.store import contact, people, queue
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
        item = queue.next_free(connection, collector_id, at)
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


def take_over(
    store: Store, queue_item_id: str, by: str, *, at: datetime, why: str, lease: timedelta = LEASE
) -> QueueItem | NotClaimed:
    """
    A supervisor takes a case that a colleague holds or has a permit open for, and says why. The permit stays open:
    whoever made the contact, or who holds the case now, records what came of it before there is another.

    Raises Unusable `not_for_role`, `why_missing`.
    """
    must_be_aware(at)
    words = must_say_why(why, f"queue item {queue_item_id!r}", "taking it over")

    def work(connection: Connection) -> QueueItem | NotClaimed:
        must_be_allowed(connection, by, "case.take_over")
        _one_at_a_time(connection, by)
        item = queue.item_with_id(connection, queue_item_id, lock=True)
        if item is None:
            return NotClaimed(queue_item_id, WhyNot.GONE)
        why_not_mine = why_not(item, by, at, held=queue.is_held(connection, item.person_id, at))
        if why_not_mine not in (None, WhyNot.CLAIMED_BY_ANOTHER, WhyNot.PERMIT_OPEN):
            return _not_claimed(item, why_not_mine)
        queue.set_claim(connection, queue_item_id, by, at, at + lease)
        said = explained(connection, about=queue_item_id, kind="case_taken_over", words=words, by=by, at=at)
        taken = case_fact(
            "case_taken_over", item, by, at, taken_from=item.claimed_by, permit_by=item.permit_by, why=said
        )
        append(connection, [taken])
        return _again(connection, item)

    return in_one_transaction(store, work)


def release(store: Store, queue_item_id: str, collector_id: str, *, at: datetime) -> QueueItem | NotClaimed:
    """Back into the queue, for anybody. A case that an outcome let rest goes on resting."""

    def give_back(connection: Connection, item: QueueItem) -> About:
        queue.put_back(connection, queue_item_id, item.rests_until)
        return case_fact("case_released", item, collector_id, at)

    return _with_my_case(store, queue_item_id, collector_id, at, give_back)


def rest(
    store: Store, queue_item_id: str, collector_id: str, *, at: datetime, until: datetime | None = None
) -> QueueItem | NotClaimed:
    """
    Back into the queue, not offered again before `until` (RETRY_AFTER from now where none is given). Whoever let it
    rest sees it among their rested cases, and takes it back by claiming it.
    """
    rests_until = must_be_aware(until) if until is not None else at + RETRY_AFTER

    def let_rest(connection: Connection, item: QueueItem) -> About:
        queue.put_back(connection, queue_item_id, rests_until, rested_by=collector_id)
        return case_fact("case_rested", item, collector_id, at, until=rests_until.isoformat())

    return _with_my_case(store, queue_item_id, collector_id, at, let_rest)


def finish(
    store: Store, queue_item_id: str, collector_id: str, *, at: datetime, why: str | None = None
) -> QueueItem | NotClaimed:
    """
    Done for today. `why` is one of queue.claim.FINISHED_WHY; it may be left out where the collector has recorded an
    outcome on the case. Raises Unusable `finish_reason_missing`, `finish_reason_unknown`.
    """
    if why is not None and why not in FINISHED_WHY:
        raise _no_reason("finish_reason_unknown", queue_item_id, f"{why[:40]!r} is no reason for it to be done.")

    def set_done(connection: Connection, item: QueueItem) -> About:
        worked = contact.has_outcome(connection, queue_item_id, collector_id)
        if not worked and why in (None, "worked"):
            raise _no_reason(
                "finish_reason_missing", queue_item_id, "nothing was recorded on it, and no reason is given."
            )
        queue.set_done(connection, queue_item_id, at, why or "worked")
        return case_fact("case_finished", item, collector_id, at, why=why or "worked")

    return _with_my_case(store, queue_item_id, collector_id, at, set_done)


def _no_reason(code: str, queue_item_id: str, what: str) -> Unusable:
    return unusable(
        code,
        f"queue item {queue_item_id!r}",
        what,
        "A case that nobody worked drops out of the day's work without anybody noticing.",
        f"Record what came of a contact first, or choose one of {', '.join(FINISHED_WHY)}.",
    )


def _with_my_case(
    store: Store,
    queue_item_id: str,
    collector_id: str,
    at: datetime,
    change: Callable[[Connection, QueueItem], About],
) -> QueueItem | NotClaimed:
    """Change a case that the collector holds, unless a permit waits for its outcome."""
    must_be_aware(at)

    def work(connection: Connection) -> QueueItem | NotClaimed:
        item = queue.item_with_id(connection, queue_item_id, lock=True)
        if item is None or not _is_mine(item, collector_id):
            return _not_mine(item, queue_item_id)
        if item.permit_by is not None:
            return _not_claimed(item, WhyNot.PERMIT_OPEN)
        append(connection, [change(connection, item)])
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
    if why is WhyNot.CLAIMED_BY_ANOTHER:
        return NotClaimed(item.queue_item_id, why, item.claimed_by, item.claimed_until)
    return NotClaimed(item.queue_item_id, why, item.permit_by if why is WhyNot.PERMIT_OPEN else None)
