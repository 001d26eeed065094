"""Many rows at once: staged beside the table, then over in one statement, the same on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import case, inspect, select

from arrears.store import bulk
from arrears.store.open import Store
from arrears.store.schema import attempts, pauses, stopped_channels

COLUMNS = ("account_id", "start_on", "reason", "end_on", "learned_on")


def pause(account_id: str, end_on: date) -> tuple[Any, ...]:
    return (account_id, date(2026, 11, 1), "holiday", end_on, date(2026, 11, 1))


def test_rows_are_added_or_written_over_by_their_key(store: Store) -> None:
    """A second batch changes what it has and leaves the rest."""
    first, later = date(2026, 11, 7), date(2026, 11, 9)
    for rows in ([pause("A-1", first), pause("A-2", first)], [pause("A-2", later), pause("A-3", later)]):
        with store.write() as connection:
            staged = bulk.stage(connection, pauses, COLUMNS, rows)
            bulk.merge(connection, pauses, staged, ["account_id", "start_on", "reason"])
            bulk.drop(connection, staged)
            assert staged.rows == 2

    with store.read() as connection:
        now = connection.execute(select(pauses.c.account_id, pauses.c.end_on).order_by(pauses.c.account_id)).all()
    assert [tuple(row) for row in now] == [("A-1", first), ("A-2", later), ("A-3", later)]


def test_a_column_may_say_what_it_keeps(store: Store) -> None:
    """Here: the later of the two ends."""
    early, late = date(2026, 11, 7), date(2026, 11, 9)
    for end_on in (late, early):
        with store.write() as connection:
            staged = bulk.stage(connection, pauses, COLUMNS, [pause("A-1", end_on)])
            keep: bulk.Keep = {
                "end_on": lambda new: case((pauses.c.end_on > new.end_on, pauses.c.end_on), else_=new.end_on)
            }
            bulk.merge(connection, pauses, staged, ["account_id", "start_on", "reason"], keep=keep)
            bulk.drop(connection, staged)

    with store.read() as connection:
        assert connection.execute(select(pauses.c.end_on)).scalar_one() == late


def test_instants_documents_and_nothing_arrive_as_they_were_sent(store: Store) -> None:
    """Through COPY on one database and the driver on the other, past the types that usually bind them."""
    at = datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC)
    columns = (
        "attempt_id",
        "source",
        "at",
        "channel",
        "direction",
        "purpose",
        "debtor_id",
        "recipient_id",
        "account_ids",
    )
    row = ("K-1", "book", at, "call", "outbound", "collect", "张\t三\n\\", "P-1", ["A-1", "甲"])
    with store.write() as connection:
        staged = bulk.stage(connection, attempts, (*columns, "connected", "number"), [(*row, None, None)])
        bulk.merge(connection, attempts, staged, ["attempt_id"])
        bulk.drop(connection, staged)

    with store.read() as connection:
        kept = connection.execute(select(attempts)).mappings().one()
    assert tuple(kept[name] for name in columns) == row
    assert (kept["connected"], kept["number"]) == (None, None)


def test_a_staged_table_is_looked_up_by_its_first_column(store: Store) -> None:
    """Without the index, a night of a hundred thousand loans compares every number with every other."""
    columns = ("person_id", "channel", "stopped_at")
    with store.write() as connection:
        staged = bulk.stage(connection, stopped_channels, columns, [("P-1", "sms", datetime(2026, 11, 1, tzinfo=UTC))])
        indexes = inspect(connection).get_indexes(staged.table.name)
        bulk.drop(connection, staged)

    assert [index["column_names"] for index in indexes] == [["person_id"]]


def test_nothing_staged_is_nothing_merged(store: Store) -> None:
    """A table that the lender sent empty."""
    with store.write() as connection:
        staged = bulk.stage(connection, pauses, COLUMNS, [])
        bulk.merge(connection, pauses, staged, ["account_id", "start_on", "reason"])
        bulk.drop(connection, staged)
        assert staged.rows == 0
        assert connection.execute(select(pauses)).all() == []
