"""Who may claim an item, decided without a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from arrears.queue.claim import QueueItem, Status, WhyNot, why_not

TEN = datetime.fromisoformat("2026-11-24T10:00:00+08:00")

WAITING = QueueItem(
    queue_item_id="item-1",
    night_id="night-1",
    person_id="P-1",
    lead_account_id="A-1",
    account_ids=("A-1",),
    treatment="call_first",
    channel="call",
    priority=1,
    not_before_at=TEN - timedelta(hours=2),
    not_after_at=TEN + timedelta(hours=12),
    overdue_cents=1,
    currency="CNY",
    days_past_due=12,
    bucket="M1",
    stage="growth",
    value_cents=10.0,
    policy_id="policy-1",
    law_id="law-1",
    status=Status.WAITING,
    claimed_by=None,
    claimed_at=None,
    claimed_until=None,
    closed_at=None,
    withdrawn_reason=None,
)
BY_WANG = replace(
    WAITING, status=Status.CLAIMED, claimed_by="wang", claimed_at=TEN, claimed_until=TEN + timedelta(minutes=30)
)


@pytest.mark.parametrize(
    ("item", "held", "why"),
    [
        (WAITING, False, None),
        (WAITING, True, WhyNot.HELD),
        (replace(WAITING, overdue_cents=0), False, WhyNot.PAID),
        (replace(WAITING, status=Status.DONE), False, WhyNot.GONE),
        (replace(WAITING, status=Status.WITHDRAWN), False, WhyNot.GONE),
        (BY_WANG, False, WhyNot.CLAIMED_BY_ANOTHER),
        (BY_WANG, True, WhyNot.HELD),
        (replace(BY_WANG, claimed_by="li"), False, None),
    ],
)
def test_an_item_is_claimed_unless_something_stands_against_it(item: QueueItem, held: bool, why: WhyNot | None) -> None:
    """Gone, held, paid, or somebody else's, in that order."""
    assert why_not(item, "li", TEN, held=held) is why


@pytest.mark.parametrize(("minutes", "free"), [(29, False), (30, True), (31, True)])
def test_a_lease_is_over_at_its_last_instant(minutes: int, free: bool) -> None:
    """At claimed_until the item is free, and its holder no longer holds it."""
    at = TEN + timedelta(minutes=minutes)

    assert (why_not(BY_WANG, "li", at, held=False) is None) is free
    assert BY_WANG.held_by("wang", at) is not free
    assert not BY_WANG.held_by("li", at)


def test_waiting_and_claimed_are_live_and_nothing_else_is() -> None:
    """A person has at most one live item."""
    assert [status for status in Status if status.is_live] == [Status.WAITING, Status.CLAIMED]
