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


FINISHED_WHY: dict[str, tuple[str, str]] = {
    "worked": ("已联系处理", "worked"),
    "no_lawful_contact": ("没有合法可用的联系方式", "there is no lawful way to reach them"),
    "handled_elsewhere": ("已由其他渠道处理", "dealt with elsewhere"),
    "data_wrong": ("资料有误，已上报", "the data is wrong and was reported"),
    "lender_decides": ("需先由机构决定", "the lender must decide first"),
    "would_harm": ("此时联系会造成伤害", "contacting them now would do harm"),
}
"""Why a case is done for today, in (Chinese, English). "worked" needs an outcome on record; the others stand alone."""


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
    rests_until: datetime | None = None
    rested_by: str | None = None
    closed_why: str | None = None
    for_decision: bool = False
    """It lies on the desk of those who decide, and nobody works it."""
    permit_by: str | None = None
    """Who has a permit open for the person; None where no permit is open."""

    def held_by(self, collector_id: str, at: datetime) -> bool:
        """Claimed by this collector, with the lease still running."""
        return self.status is Status.CLAIMED and self.claimed_by == collector_id and not self.lease_over(at)

    def lease_over(self, at: datetime) -> bool:
        """
        The lease ends at `claimed_until`; from that instant on anybody may claim the item. It does not end while its
        collector has a permit open for the person: a call that goes on is a case that is held.
        """
        if self.claimed_by is not None and self.permit_by == self.claimed_by:
            return False
        return self.claimed_until is None or at >= self.claimed_until


class WhyNot(StrEnum):
    """Why an item can't be claimed."""

    GONE = "gone"
    """There is no such item, or it is done or withdrawn."""
    CLAIMED_BY_ANOTHER = "claimed_by_another"
    PERMIT_OPEN = "permit_open"
    """A permit is open for the person: it ends by its outcome, and until then nobody else contacts them."""
    FOR_DECISION = "for_decision"
    """A person decides about it, on the desk."""
    HELD = "held"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class NotClaimed:
    """A claim that was not granted. `by` names the other collector, `until` the end of their lease."""

    queue_item_id: str
    why: WhyNot
    by: str | None = None
    until: datetime | None = None


def why_not(item: QueueItem, collector_id: str, at: datetime, *, held: bool) -> WhyNot | None:
    """None where `collector_id` may claim `item` at `at`. A claim does not wait for `not_before_at`."""
    if not item.status.is_live:
        return WhyNot.GONE
    if held:
        return WhyNot.HELD
    if item.for_decision:
        return WhyNot.FOR_DECISION
    if item.overdue_cents <= 0:
        return WhyNot.PAID
    if item.status is Status.CLAIMED and item.claimed_by != collector_id and not item.lease_over(at):
        return WhyNot.CLAIMED_BY_ANOTHER
    if item.permit_by not in (None, collector_id) and item.claimed_by != collector_id:
        return WhyNot.PERMIT_OPEN
    return None
