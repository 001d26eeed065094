"""
What a stage promises about a table: the names and types of its columns.

A stage's `table.py` states its columns as an ordered mapping of name to Ibis type, with `!` in front of a
type that never holds a null ("!int64"). `conform` checks a table against it and puts the columns in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, str]


def schema_of(columns: Columns) -> ibis.Schema:
    """The Ibis schema of a column list."""
    return ibis.schema({name: ibis.dtype(kind) for name, kind in columns.items()})


def arrow_schema(columns: Columns) -> pa.Schema:
    """The Arrow schema of a column list, with instants in whole microseconds and every column nullable."""
    import pyarrow as pa

    schema: pa.Schema = schema_of({name: kind.lstrip("!") for name, kind in columns.items()}).to_pyarrow()
    for place, column in enumerate(schema):
        kind = pa.timestamp("us", tz="UTC") if pa.types.is_timestamp(column.type) else column.type
        schema = schema.set(place, pa.field(column.name, kind))
    return schema


def conform(table: ir.Table, columns: Columns, *, name: str) -> ir.Table:
    """
    The same rows with exactly `columns`, in that order and of those types. A type that differs only in
    width or nullability is cast; a missing column is an error, because a stage that guesses is a stage that lies.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise TypeError(f"{name} lacks {', '.join(missing)}; it has {', '.join(table.columns)}")
    wanted = schema_of(columns)
    return table.select(
        **{
            column: table[column] if table[column].type() == kind else table[column].cast(kind)
            for column, kind in wanted.items()
        }
    )


def empty(columns: Columns) -> ir.Table:
    """A table of these columns with no rows, for a book that does not contain it."""

    schema: pa.Schema = schema_of({name: kind.lstrip("!") for name, kind in columns.items()}).to_pyarrow()
    return ibis.memtable(schema.empty_table())


def nullable(table: ir.Table) -> ir.Table:
    """
    The same rows with every column allowed to be null. Set operations need equal schemas, and Ibis counts "never
    null" as part of a type.
    """
    loose = {name: kind.copy(nullable=True) for name, kind in table.schema().items()}
    return table.select(**{name: table[name].cast(kind) for name, kind in loose.items()})


def summed(amount: ir.IntegerColumn, where: ir.BooleanValue | None = None) -> ir.IntegerValue:
    """
    The sum of whole units as a 64-bit integer, 0 of no rows. Engines sum into a wider type that Ibis does not see, and
    DuckDB writes that type to Parquet as a double: money would leave as a float. An overflow is an error there.
    """
    whole: ir.IntegerValue = amount.sum(where=where).fill_null(0).cast("decimal(38, 0)").cast("int64")
    return whole
