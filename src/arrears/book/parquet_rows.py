"""
The rows of a Parquet file: as columns of text for a preview, and as they are for an import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

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


class ParquetRows:
    """One Parquet file, opened. It has no broken rows."""

    def __init__(self, path: Path) -> None:
        try:
            self.file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as fault:
            raise Unusable(
                Problem(
                    code="damaged_archive",
                    where=path.name,
                    what=f"the Parquet file can't be read ({str(fault).splitlines()[0][:120]}).",
                    why="What could be read may not be all of it.",
                    fix="Send the file again and compare its size or checksum with the lender's.",
                )
            ) from None
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
