"""
Bring many rows in at once: first into a temporary table beside the real one, then over in one statement.

Reads:  Arrow record batches, or rows as tuples
Gives:  a temporary table with the columns of a real one; rows inserted or updated by key
Never:  commits. COPY on PostgreSQL, executemany on SQLite; the statements that follow are the same on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from psycopg.types.json import Jsonb
from sqlalchemy import Column, ColumnElement, Connection, Dialect, Index, MetaData, Table, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import DropTable

from arrears.store.columns import Document

ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Staged:
    """A temporary table and how many rows it got."""

    table: Table
    rows: int


Keep = Mapping[str, Callable[[Any], ColumnElement[Any]]]
"""Column to what decides it where the row is there already; the argument is the new row."""


def rows_of(batches: Iterable[pa.RecordBatch], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of Arrow batches as tuples, with the columns in this order."""
    for batch in batches:
        yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def stage(connection: Connection, like: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Staged:
    """A temporary table with these columns of `like`, filled with `rows`, and an index on the first of them."""
    table = Table(
        f"staged_{like.name}",
        MetaData(),
        *(Column(column, like.c[column].type) for column in columns),
        prefixes=["TEMPORARY"],
    )
    connection.execute(DropTable(table, if_exists=True))
    table.create(connection)
    fill = _insert if connection.dialect.name == "sqlite" else _copy
    count = fill(connection, table, rows)
    # The statements that follow look rows up by their first column.
    Index(f"ix_{table.name}", table.c[columns[0]]).create(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {table.name}"))
    return Staged(table, count)


def merge(connection: Connection, into: Table, staged: Staged, key: Sequence[str], keep: Keep | None = None) -> None:
    """
    Insert every staged row, or update the row of the same key.

    Rows go in the order of their keys, which is the order in which verbs lock people, so that a night and the day
    never wait for each other.
    """
    given = staged.table.c
    # Without a WHERE, SQLite would read ON CONFLICT as the join condition of the SELECT.
    wanted = select(*given).where(text("true")).order_by(*(given[column] for column in key))
    make: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(into).from_select([column.name for column in given], wanted)
    kept = keep or {}
    changes = {
        column.name: kept[column.name](statement.excluded) if column.name in kept else statement.excluded[column.name]
        for column in given
        if column.name not in key
    }
    if changes:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement)


def drop(connection: Connection, staged: Staged) -> None:
    """Let the temporary table go."""
    connection.execute(DropTable(staged.table))


def _insert(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> int:
    """Straight through the driver, with the values bound as the columns' types bind them."""
    binders = _binders(table, connection.dialect)
    names = ", ".join(_quoted(column.name) for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    cursor = connection.connection.cursor()
    count = 0
    try:
        for some in _grouped(rows):
            cursor.executemany(statement, [_bound(row, binders) for row in some])
            count += len(some)
    finally:
        cursor.close()
    return count


def _copy(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> int:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    driver = connection.connection.driver_connection
    if driver is None:
        raise AssertionError("an open connection has a driver connection")
    documents = {place for place, column in enumerate(table.columns) if column.type is Document}
    count = 0
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(
                [Jsonb(value) if place in documents else value for place, value in enumerate(row)] if documents else row
            )
            count += 1
    return count


def _binders(table: Table, dialect: Dialect) -> list[Any]:
    return [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]


def _bound(row: Sequence[Any], binders: Sequence[Any]) -> list[Any]:
    return [value if bind is None else bind(value) for value, bind in zip(row, binders, strict=True)]


def _grouped(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    some: list[Sequence[Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == ROWS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _quoted(name: str) -> str:
    return f'"{name}"'
