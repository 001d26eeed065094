"""
The rows of a Parquet file: as columns of text for a preview, and as they are for an import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.kernel.problem import Problem, Unusable

NATIVE = {
    "int8": "BIGINT",
    "int16": "BIGINT",
    "int32": "BIGINT",
    "int64": "BIGINT",
    "date32[day]": "DATE",
    "bool": "BOOLEAN",
}
"""Arrow types whose values are taken as they are, and what they are in DuckDB."""


@contextmanager
def damage_named(paths: Iterable[Path]) -> Iterator[None]:
    """Damage that shows only as rows are read, in the middle of a query, is told as that of its file."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, pa.ArrowException) as fault:
        for path in paths:
            with path.open("rb") as file:
                is_parquet = file.read(4) == b"PAR1"
            if is_parquet and (damage := _damage_of(path)):
                raise _damaged(path, damage) from fault
        raise


def _damage_of(path: Path) -> duckdb.Error | None:
    """What keeps the engine from reading every cell of it."""
    with duckdb.connect() as con:
        try:
            con.execute("SELECT max(hash(COLUMNS(*))) FROM read_parquet(?)", [str(path)]).fetchall()
        except duckdb.Error as fault:
            return fault
    return None


def _damaged(path: Path, fault: Exception) -> Unusable:
    return Unusable(
        Problem(
            code="damaged_archive",
            where=path.name,
            what=f"the Parquet file can't be read ({(str(fault).splitlines() or [''])[0][:120]}).",
            why="What could be read may not be all of it.",
            fix="Send the file again and compare its size or checksum with the lender's.",
        )
    )


class ParquetRows:
    """One Parquet file, opened. It has no broken rows."""

    def __init__(self, path: Path) -> None:
        try:
            self.file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as fault:
            raise _damaged(path, fault) from None
        self.header: list[str] = [column.name for column in self.file.schema_arrow]
        self.read: int = self.file.metadata.num_rows

    def type_of(self, place: int) -> str:
        """The DuckDB type in which a column is taken: VARCHAR where it has to be read as text."""
        kind = self.file.schema_arrow.field(place).type
        if pa.types.is_timestamp(kind) and kind.tz:
            return "TIMESTAMPTZ"
        return NATIVE.get(str(kind), "VARCHAR")

    def tables(self, wanted: Sequence[int]) -> Iterator[pa.Table]:
        """The columns at `wanted` as text, named by their place ("3"), with row_no."""
        done = 0
        for batch in self.file.iter_batches(columns=[self.header[place] for place in wanted]):
            columns = {str(place): _text(batch.column(at)) for at, place in enumerate(wanted)}
            numbers = pa.array(range(done + 1, done + batch.num_rows + 1), pa.int64())
            done += batch.num_rows
            yield pa.table({**columns, "row_no": numbers})


def _text(column: pa.Array) -> pa.Array:
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowNotImplementedError:
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
