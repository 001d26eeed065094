"""
Publish a night into the store, and hand the day back to the next night.

Reads:  a night's directory and the directory of the book it decided on; the store
Gives:  NightLoaded; the day as Arrow tables in the shapes of book.table
Never:  publishes half a night: one transaction, so a kill half-way leaves the store as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from arrears.store.open import Store

HISTORY_DAYS = 92
"""Days of contact history taken into the store: longer than any counter of the law packs looks back."""


@dataclass(frozen=True, slots=True)
class NightLoaded:
    """`new` is False where this very night had been published before; then nothing changed."""

    night_id: str
    as_of: date
    new: bool
    persons: int
    accounts: int
    queue_items: int
    withdrawn: int


def load_night(
    store: Store, night_dir: Path, book_dir: Path, *, at: datetime, history_days: int = HISTORY_DAYS
) -> NightLoaded:
    """
    Persons, accounts, parties, contact points, recent contacts, plan and queue in one transaction; live items of
    older nights are withdrawn as `withdrawn_next_night`, holds and payments the day knows keep people out.

    Publishing the same night again changes nothing. Raises Unusable `night_unreadable`, `night_differs` (another
    plan for a day already published), `night_older_than_last`.
    """
    raise NotImplementedError


def day_tables(store: Store, as_of: date) -> dict[str, pa.Table]:
    """
    What the day knows up to and including `as_of` that a lender's book does not: `contacts`, `holds`, `payments` in
    the shapes of book.table, and `promises`.
    """
    raise NotImplementedError
