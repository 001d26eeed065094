"""
Take a promise to pay.

Reads:  the store
Gives:  PromiseTaken
Never:  takes a promise above what is owed, or for a time that has passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from arrears.store.open import Store

TOLERANCE_HOURS = 24


@dataclass(frozen=True, slots=True)
class PromiseTaken:
    """Amount in minor units. `supersedes` are the ids of promises of the account that it takes the place of."""

    promise_id: str
    account_id: str
    person_id: str
    amount_cents: int
    currency: str
    made_at: datetime
    due_at: datetime
    tolerance_hours: int
    supersedes: tuple[str, ...]
    withdrawn: tuple[str, ...]
    """Queue items closed because of it."""


def take_promise(
    store: Store,
    *,
    account_id: str,
    amount_cents: int,
    due_at: datetime,
    channel: str,
    money_source: str,
    by: str,
    at: datetime,
    attempt_id: str | None = None,
    tolerance_hours: int = TOLERANCE_HOURS,
    request_key: str | None = None,
) -> PromiseTaken:
    """
    A promise of the account's borrower. `channel` is one of outcome.promise.CHANNELS, `money_source` one of
    outcome.promise.MONEY_SOURCES. Keep the borrower's offset in `due_at`: "due today" is read in it.

    Raises Unusable `account_unknown`, `promise_not_positive`, `promise_above_balance`, `promise_in_the_past`,
    `promise_channel_unknown`, `promise_money_source_unknown`, `promise_needs_borrower`.
    """
    raise NotImplementedError
