"""
What every verb shares: one transaction, ids drawn at the edge, and a call that can't be meant.

Reads:  a Store and the work to do on one connection
Gives:  what the work returned, committed
Never:  commits twice. A transaction that a database broke off to end a deadlock is run again from its beginning,
        which is safe because a verb's only effects are its rows.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from arrears.kernel.problem import Problem, Unusable
from arrears.store.open import Store

T = TypeVar("T")

TRIES = 5
# SQLSTATE: serialization failure, deadlock detected, unique violation (another request drew the same key first:
# the second look finds its row).
_AGAIN = {"40001", "40P01", "23505"}


def in_one_transaction(store: Store, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction and commit; again where the database gave up on it for no fault of ours."""
    for attempt in range(1, TRIES + 1):
        try:
            with store.write() as connection:
                return work(connection)
        except DBAPIError as fault:
            if attempt == TRIES or not _may_try_again(fault):
                raise
            time.sleep(0.01 * attempt)
    raise AssertionError("the last try either returned or raised")


def _may_try_again(fault: DBAPIError) -> bool:
    return getattr(fault.orig, "sqlstate", None) in _AGAIN or "database is locked" in str(fault.orig)


def drawn_id(prefix: str) -> str:
    """A new id nobody can guess: `prefix-` and 24 hex digits."""
    return f"{prefix}-{secrets.token_hex(12)}"


def must_be_aware(at: datetime) -> datetime:
    """Verbs take the instant from the edge, with an offset."""
    if at.tzinfo is None:
        raise ValueError("`at` has no offset: give an aware datetime")
    return at


def unusable(code: str, where: str, what: str, why: str, fix: str) -> Unusable:
    """A call that can't be meant: nothing was changed."""
    return Unusable(Problem(code=code, where=where, what=what, why=why, fix=fix))
