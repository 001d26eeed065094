"""
Hold a person's case, and let it go again; note a consent.

Reads:  the store
Gives:  HoldPlaced
Never:  waits: a hold stops everything of the person in the transaction that places it, claimed work too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from arrears.store.open import Store


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """`new` is False where the person was already held for that kind; then `hold_id` is the hold in force."""

    hold_id: str
    person_id: str
    kind: str
    new: bool
    withdrawn: tuple[str, ...]


def place_hold(
    store: Store,
    *,
    person_id: str,
    kind: str,
    by: str,
    at: datetime,
    ends_on: date | None = None,
    attempt_id: str | None = None,
) -> HoldPlaced:
    """
    Collection from the person stops now and everywhere. `kind` is one of outcome.table.HOLD_KINDS; `ends_on` is
    the first day it no longer holds, None until it is lifted. Raises Unusable `person_unknown`, `hold_unknown`,
    `hold_ends_before_it_starts`.
    """
    raise NotImplementedError


def lift_hold(store: Store, hold_id: str, *, by: str, at: datetime, why: str) -> bool:
    """
    End a hold; False where it had ended already. Withdrawn work does not come back: the next night decides.
    Raises Unusable `hold_not_found`, `why_missing`.
    """
    raise NotImplementedError


def record_consent(store: Store, *, person_id: str, kind: str, by: str, at: datetime, given: bool = True) -> None:
    """A consent named in law.act.Standing.consents, given or withdrawn by the person."""
    raise NotImplementedError
