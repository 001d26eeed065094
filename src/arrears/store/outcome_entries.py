"""
SQL of what was said about an attempt's outcome, word after word, and of the times people asked to be contacted at.

Reads:  a connection of the store, in a transaction that may write
Gives:  rows of outcome_entries and callbacks; rows written
Never:  commits; changes or removes an entry
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from arrears.store.schema import callbacks, outcome_entries


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(outcome_entries).values(dict(values)))


def of_attempts(connection: Connection, attempt_ids: Iterable[str]) -> list[RowMapping]:
    """Every entry of these attempts, oldest first."""
    wanted = (
        select(outcome_entries)
        .where(outcome_entries.c.attempt_id.in_(list(attempt_ids)))
        .order_by(outcome_entries.c.at, outcome_entries.c.entry_id)
    )
    return list(connection.execute(wanted).mappings())


def add_callback(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(callbacks).values(dict(values)))


def take_back_callbacks(connection: Connection, attempt_id: str, at: datetime) -> None:
    """The times asked for in this attempt hold no more."""
    connection.execute(
        update(callbacks)
        .where(callbacks.c.attempt_id == attempt_id, callbacks.c.taken_back_at.is_(None))
        .values(taken_back_at=at)
    )
