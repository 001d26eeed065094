"""
Take in a payment the moment it is known, and withdraw the work it makes needless.

Reads:  the store
Gives:  PaymentReceived
Never:  takes one payment twice, or leaves a paid case in a queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from arrears.store.open import Store


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Amounts in minor units. `split` is what came off each overdue component; `overdue_cents` None is unknown."""

    payment_id: str
    account_id: str
    new: bool
    amount_cents: int
    split: Mapping[str, int]
    overdue_cents: int | None
    outstanding_cents: int
    withdrawn: tuple[str, ...]


def receive_payment(
    store: Store,
    *,
    payment_id: str,
    account_id: str,
    amount_cents: int,
    currency: str,
    paid_at: datetime,
    at: datetime,
    by: str,
    channel: str | None = None,
    designation: str | None = None,
) -> PaymentReceived:
    """
    Idempotent by `payment_id`: the same payment again changes nothing. When nothing of the person's is overdue any
    more, queued and claimed work is withdrawn in the same transaction.

    Raises Unusable `payment_not_positive`, `payment_for_unknown_account`, `payment_in_other_currency`,
    `payment_in_the_future`, `payment_differs` (the same id with another content), `designation_unknown`.
    """
    raise NotImplementedError


def reverse_payment(store: Store, payment_id: str, *, at: datetime, by: str) -> PaymentReceived:
    """The payment was never made: what it took off is owed again. Raises Unusable `payment_unknown`."""
    raise NotImplementedError
