"""
Record what came of an attempt, and what follows from it at once.

Reads:  the store
Gives:  Recorded
Never:  leaves a request of the borrower for later: a dispute, hardship, stop or other hold asked for in the
        conversation holds from this transaction on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from arrears.outcome.table import Then
from arrears.queue.claim import QueueItem
from arrears.store.open import Store


@dataclass(frozen=True, slots=True)
class Recorded:
    """`new` is False where the same outcome had been recorded before."""

    attempt_id: str
    outcome: str
    connected: bool | None
    new: bool
    hold_id: str | None
    queue_item: QueueItem | None


def record_outcome(
    store: Store,
    attempt_id: str,
    outcome: str,
    *,
    by: str,
    at: datetime,
    note: str | None = None,
    then: Then | None = None,
    not_before_at: datetime | None = None,
) -> Recorded:
    """
    One of outcome.table.OUTCOMES for the attempt's channel; sets `connected`, and moves the queue item as the
    outcome says unless `then` says otherwise (a hold always withdraws it).

    `not_before_at` is when a case put back "later" may be taken again (a callback asked for). Raises Unusable
    `attempt_unknown`, `outcome_unknown`, `outcome_not_of_channel`, `outcome_already_recorded`.
    """
    raise NotImplementedError
