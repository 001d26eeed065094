"""
Who may work an item now: one collector at a time, on a lease.

Reads:  a queue item, a collector, an instant
Gives:  QueueItem (a row of the queue with its claim), and whether it may be claimed or why not
Never:  reads the store or the clock. The lawful minutes of the item are the queue's; the gate asks the law again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(minutes=30)
"""How long a claim lasts without a sign of work. Each attempt and outcome begins it anew."""

RETRY_AFTER = timedelta(hours=2)
"""How long an item rests after nobody was reached, before it may be taken again."""


class Status(StrEnum):
    """`waiting` and `claimed` are live: a person has at most one live item."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    WITHDRAWN = "withdrawn"

    @property
    def is_live(self) -> bool:
        return self in (Status.WAITING, Status.CLAIMED)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One person's work of the day. Amounts in minor units; `claimed_until` is when the lease ends."""

    queue_item_id: str
    night_id: str
    person_id: str
    lead_account_id: str
    account_ids: tuple[str, ...]
    treatment: str
    channel: str
    priority: int
    not_before_at: datetime
    not_after_at: datetime
    overdue_cents: int
    currency: str
    days_past_due: int | None
    bucket: str | None
    stage: str | None
    value_cents: float
    policy_id: str
    law_id: str
    status: Status
    claimed_by: str | None
    claimed_at: datetime | None
    claimed_until: datetime | None
    closed_at: datetime | None
    withdrawn_reason: str | None

    def held_by(self, collector_id: str, at: datetime) -> bool:
        """Claimed by this collector, with the lease still running."""
        return self.status is Status.CLAIMED and self.claimed_by == collector_id and not self.lease_over(at)

    def lease_over(self, at: datetime) -> bool:
        """The lease ends at `claimed_until`; from that instant on anybody may claim the item."""
        return self.claimed_until is None or at >= self.claimed_until


class WhyNot(StrEnum):
    """Why an item can't be claimed."""

    GONE = "gone"
    """There is no such item, or it is done or withdrawn."""
    CLAIMED_BY_ANOTHER = "claimed_by_another"
    HELD = "held"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class NotClaimed:
    """A claim that was not granted. `by` and `until` name the other collector's lease."""

    queue_item_id: str
    why: WhyNot
    by: str | None = None
    until: datetime | None = None


def why_not(item: QueueItem, collector_id: str, at: datetime, *, held: bool) -> WhyNot | None:
    """None where `collector_id` may claim `item` at `at`. A claim does not wait for `not_before_at`; the gate does."""
    if not item.status.is_live:
        return WhyNot.GONE
    if held:
        return WhyNot.HELD
    if item.overdue_cents <= 0:
        return WhyNot.PAID
    if item.status is Status.CLAIMED and item.claimed_by != collector_id and not item.lease_over(at):
        return WhyNot.CLAIMED_BY_ANOTHER
    return None
